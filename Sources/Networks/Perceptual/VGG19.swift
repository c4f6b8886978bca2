import Checkpoints
import Tensors

/// VGG-19 (Simonyan and Zisserman 2015) as far as relu5_1, with weights in torchvision's layout that the user supplies.
public final class VGG19: PerceptualNetwork {
    public let name = "VGG-19, relu1_1 to relu5_1"
    private let stack: ConvolutionStack

    /// - Throws: `CheckpointMisfit` with everything that is missing or misshapen.
    public init(_ checkpoint: Checkpoint) throws {
        let checkpoint = try checkpoint.network(with: ["features.0.weight"])
        let builder = ParameterBuilder(checkpoint, prefix: "")
        stack = ConvolutionStack(
            ParameterScope(builder),
            [
                .convolution(0, 64), .feature, .convolution(2, 64), .halving,
                .convolution(5, 128), .feature, .convolution(7, 128), .halving,
                .convolution(10, 256), .feature, .convolution(12, 256), .convolution(14, 256), .convolution(16, 256), .halving,
                .convolution(19, 512), .feature, .convolution(21, 512), .convolution(23, 512), .convolution(25, 512), .halving,
                .convolution(28, 512), .feature,
            ], unused: [30, 32, 34])
        try builder.finish(wanted: "torchvision's VGG-19")
    }

    public func features(_ pictures: Tensor) -> [Tensor] { stack.features(pictures) }
}
