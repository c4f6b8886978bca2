import Checkpoints
import Files

/// The networks that can be supplied.
public enum IdentityNetworks {
    /// The network in a checkpoint, told by its tensors' names.
    ///
    /// - Throws: `FileError` (input) where it is none that is known; `CheckpointMisfit` with everything that does not fit.
    public static func open(_ checkpoint: Checkpoint) throws -> any IdentityNetwork {
        let checkpoint = try checkpoint.network(with: ["conv2d_1a.conv.weight", "layer1.0.prelu.weight"])
        if checkpoint.entry("conv2d_1a.conv.weight") != nil { return try InceptionResNet(checkpoint) }
        if checkpoint.entry("layer1.0.prelu.weight") != nil { return try ArcFaceResNet(checkpoint) }
        throw FileError(
            .input, checkpoint.path,
            "expected facenet-pytorch's InceptionResnetV1 or ArcFace's iresnet, found neither conv2d_1a.conv.weight nor "
                + "layer1.0.prelu.weight")
    }
}
