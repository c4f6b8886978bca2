import Checkpoints
import Files
import Tensors

/// LPIPS (Zhang, Isola, Efros, Shechtman and Wang 2018), version 0.1: how far apart two pictures look, by the features of
/// AlexNet or VGG-16 and weights learned from people's judgments. The user supplies both files.
public final class LPIPS {
    /// Feature maps whose vectors have length 1 at every place.
    public struct Features {
        let maps: [Tensor]
    }

    private struct Backbone {
        let name: String
        let channels: [Int]
        let steps: [ConvolutionStack.Step]
    }

    private static let alexNet = Backbone(
        name: "AlexNet", channels: [64, 192, 384, 256, 256],
        steps: [
            .convolution(0, 64, kernel: 11, stride: 4), .feature, .pooling, .convolution(3, 192, kernel: 5), .feature, .pooling,
            .convolution(6, 384), .feature, .convolution(8, 256), .feature, .convolution(10, 256), .feature,
        ])
    private static let vgg16 = Backbone(
        name: "VGG-16", channels: [64, 128, 256, 512, 512],
        steps: [
            .convolution(0, 64), .convolution(2, 64), .feature, .halving,
            .convolution(5, 128), .convolution(7, 128), .feature, .halving,
            .convolution(10, 256), .convolution(12, 256), .convolution(14, 256), .feature, .halving,
            .convolution(17, 512), .convolution(19, 512), .convolution(21, 512), .feature, .halving,
            .convolution(24, 512), .convolution(26, 512), .convolution(28, 512), .feature,
        ])

    /// The smallest side of a picture, in pixels, that reaches both backbones' last features.
    public static let smallestSide = 32

    /// "AlexNet" or "VGG-16".
    public let name: String
    private let stack: ConvolutionStack
    private let linear: [Parameter]

    /// - Parameters:
    ///   - backbone: AlexNet or VGG-16 in torchvision's layout; the first convolution's kernel tells which.
    ///   - linear: the weights of the features, as the lpips package's `alex.pth` or `vgg.pth` has them.
    /// - Throws: `FileError` (input) where it is neither; `CheckpointMisfit` with everything that does not fit.
    public init(backbone: Checkpoint, linear: Checkpoint) throws {
        let kind: Backbone
        switch backbone.entry("features.0.weight")?.shape {
        case [64, 3, 11, 11]: kind = Self.alexNet
        case [64, 3, 3, 3]: kind = Self.vgg16
        default:
            throw FileError(
                .input, backbone.path,
                "expected torchvision's AlexNet or VGG-16, whose features.0.weight is 64×3×11×11 or 64×3×3×3; found neither")
        }
        name = kind.name
        let own = ParameterBuilder(backbone, prefix: "")
        stack = ConvolutionStack(ParameterScope(own), kind.steps)
        try own.finish(wanted: "torchvision's \(kind.name)")
        let weights = ParameterBuilder(linear, prefix: "")
        let scope = ParameterScope(weights)
        self.linear = kind.channels.enumerated().map { layer, channels in
            scope.scope("lin\(layer)").scope("model").scope(1).parameter("weight", [1, channels, 1, 1])
        }
        try weights.finish(wanted: "the linear layers that belong to \(kind.name) (LPIPS 0.1)")
    }

    /// What the backbone sees.
    ///
    /// - Parameter picture: (1, 3, H, W), RGB in [−1, 1], no side below `smallestSide`.
    public func features(_ picture: Tensor) -> Features { Features(maps: stack.features(picture).map(Self.normalized)) }

    /// The distance: for each layer the weighted squared difference, its mean over the picture; their sum. 0 for the same
    /// pictures.
    public func distance(_ a: Features, _ b: Features) -> Double {
        zip(linear, zip(a.maps, b.maps)).reduce(0) { sum, layer in
            let (weight, (a, b)) = layer
            let (channels, size) = (a.shape[1], a.shape[2] * a.shape[3])
            let (x, y, w) = (a.pointer, b.pointer, weight.value.pointer)
            let channelSums = Parallel.map(channels) { channel in
                var own: Float = 0, total = 0.0
                for place in 0..<size {
                    let difference = x[channel * size + place] - y[channel * size + place]
                    own += difference * difference
                    // Long sums in float32 lose digits.
                    if place % 256 == 255 { (total, own) = (total + Double(own), 0) }
                }
                return Double(w[channel]) * (total + Double(own))
            }
            keepAlive(a, b, weight.value)
            return sum + channelSums.reduce(0, +) / Double(size)
        }
    }

    /// The vector of channels at each place, divided by its length.
    private static func normalized(_ x: Tensor) -> Tensor {
        defer { keepAlive(x) }
        let (channels, size) = (x.shape[1], x.shape[2] * x.shape[3])
        let result = Tensor(uninitialized: x.shape), lengths = Tensor(zeros: [size])
        let (from, to, sums) = (x.pointer, result.mutablePointer, lengths.mutablePointer)
        Parallel.ranges(size, grain: 1024) { places in
            for channel in 0..<channels {
                let row = from + channel * size
                for place in places { sums[place] += row[place] * row[place] }
            }
            for place in places { sums[place] = 1 / (sums[place].squareRoot() + 1e-10) }
            for channel in 0..<channels {
                let start = channel * size
                for place in places { to[start + place] = from[start + place] * sums[place] }
            }
        }
        keepAlive(lengths)
        return result
    }
}
