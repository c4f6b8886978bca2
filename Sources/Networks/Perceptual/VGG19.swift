import Checkpoints
import Tensors

/// VGG-19 (Simonyan and Zisserman 2015) as far as relu5_1, with weights in torchvision's layout that the user supplies.
public final class VGG19: PerceptualNetwork {
    public let name = "VGG-19, relu1_1 to relu5_1"
    private let stack: ConvolutionStack

    /// - Throws: `CheckpointMisfit` with everything that is missing or misshapen.
    public convenience init(_ checkpoint: Checkpoint) throws { try self.init(checkpoint, channels: [64, 128, 256, 512, 512]) }

    /// - Parameter c: channels at each of the five sizes, as narrow as a test wants them.
    package init(_ checkpoint: Checkpoint, channels c: [Int]) throws {
        let checkpoint = try checkpoint.network(with: ["features.0.weight"])
        let builder = ParameterBuilder(checkpoint, prefix: "")
        stack = ConvolutionStack(
            ParameterScope(builder),
            [
                .convolution(0, c[0]), .feature, .convolution(2, c[0]), .halving,
                .convolution(5, c[1]), .feature, .convolution(7, c[1]), .halving,
                .convolution(10, c[2]), .feature, .convolution(12, c[2]), .convolution(14, c[2]), .convolution(16, c[2]), .halving,
                .convolution(19, c[3]), .feature, .convolution(21, c[3]), .convolution(23, c[3]), .convolution(25, c[3]), .halving,
                .convolution(28, c[4]), .feature,
            ], unused: [30, 32, 34])
        try builder.finish(wanted: "torchvision's VGG-19")
    }

    public func features(_ pictures: Tensor) -> [Tensor] { stack.features(pictures) }
}
