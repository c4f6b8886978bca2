import Operators
import Tensors

/// The convolutions of AlexNet (Krizhevsky 2014) or a VGG (Simonyan and Zisserman 2015) in torchvision's layout, each with a bias
/// and a rectifier.
struct ConvolutionStack {
    enum Step {
        /// - Parameter number: the layer's in torchvision's `features`.
        case convolution(_ number: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1)
        /// The largest of 2×2 squares.
        case halving
        /// The largest of 3×3 squares, two apart.
        case pooling
        /// What has been computed so far is one of the feature maps.
        case feature
    }

    private enum Layer {
        case convolution(Prepared<ConvolutionWeights>, bias: Parameter, stride: Int, padding: Int)
        case halving, pooling, feature
    }

    /// The pictures' mean and deviation by which torchvision's weights were trained, for RGB in [0, 1].
    private static let mean: [Float] = [0.485, 0.456, 0.406]
    private static let deviation: [Float] = [0.229, 0.224, 0.225]

    private let layers: [Layer]

    /// - Parameter unused: numbers of layers in `features` after the last one used.
    init(_ scope: ParameterScope, _ steps: [Step], unused: [Int] = []) {
        let features = scope.scope("features")
        var inputs = 3
        layers = steps.map { step in
            switch step {
            case .convolution(let number, let outputs, let kernel, let stride):
                let own = features.scope(number)
                let weight = own.parameter("weight", [outputs, inputs, kernel, kernel])
                inputs = outputs
                return .convolution(
                    Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0) },
                    bias: own.parameter("bias", [outputs], initial: .zeros), stride: stride, padding: kernel > 5 ? 2 : kernel / 2)
            case .halving: return .halving
            case .pooling: return .pooling
            case .feature: return .feature
            }
        }
        // The rest of the networks, which look at whole pictures to name them: AlexNet's and VGG's linear layers.
        for part in ["weight", "bias"] {
            for number in unused { features.scope(number).unused(part) }
            for number in [0, 1, 3, 4, 6] { scope.scope("classifier").scope(number).unused(part) }
        }
    }

    /// - Parameter pictures: (N, 3, H, W), RGB in [−1, 1].
    func features(_ pictures: Tensor) -> [Tensor] {
        // ((x + 1)/2 − mean)/deviation, channel by channel.
        let scale = Tensor(
            (0..<pictures.shape[0]).flatMap { _ in Self.deviation.map { 0.5 / $0 } }, [pictures.shape[0], 3])
        let shift = Tensor(zip(Self.mean, Self.deviation).map { (0.5 - $0) / $1 }, [3])
        var x = ChannelScale.forward(pictures, scale: scale, bias: shift)
        var features: [Tensor] = []
        for layer in layers {
            switch layer {
            case .convolution(let weights, let bias, let stride, let padding):
                x = Convolution.forward(
                    x, weight: weights.value, stride: stride, padding: padding, epilogue: Epilogue(bias: bias.value, activation: .relu))
            case .halving: x = Pooling.max(x)
            case .pooling: x = WindowPooling.max(x, window: 3, stride: 2)
            case .feature: features.append(x)
            }
        }
        return features
    }
}
