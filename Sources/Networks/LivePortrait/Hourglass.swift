import Operators
import Tensors

/// The hourglass of W: down by halves of rows and columns, up again, and each time what came down at that size beside what comes up.
struct Hourglass {
    private let down, up: [BiasedConvolution]
    private let last: BiasedConvolution

    init(_ scope: ParameterScope, _ configuration: LivePortraitConfiguration) {
        func layer(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int) -> BiasedConvolution {
            BiasedConvolution(scope, normalization: "norm", from: inputs, to: outputs, axes: 3, activation: .relu)
        }
        let (encoder, decoder) = (configuration.encoder, configuration.decoder), levels = encoder.count
        let read = [configuration.hourglassInputs] + encoder
        down = (0..<levels).map { layer(scope.scope("encoder").scope("down_blocks").scope($0), read[$0], encoder[$0]) }
        let ascent = scope.scope("decoder")
        up = (0..<levels).map { level in
            // What comes up, and beside it what came down at that size.
            let inputs = level == 0 ? encoder[levels - 1] : decoder[level - 1] + encoder[levels - 1 - level]
            return layer(ascent.scope("up_blocks").scope(level), inputs, decoder[level])
        }
        last = layer(ascent, configuration.hourglassOutputs, configuration.hourglassOutputs)
    }

    /// (1, inputs, D, H, W) → (1, outputs, D, H, W).
    ///
    /// - Parameter observe: is shown encoder0, …, decoder0, …, prediction.
    func callAsFunction(_ x: Tensor, observe: ((_ name: String, Tensor) -> Void)?) -> Tensor {
        var passed = [x]
        for (index, convolution) in down.enumerated() {
            passed.append(Self.halved(convolution(passed[index])))
            observe?("encoder\(index)", passed[index + 1])
        }
        var y = passed.removeLast()
        for (index, convolution) in up.enumerated() {
            y = convolution(NearestEnlargement.forward(y))
            observe?("decoder\(index)", y)
            y = Concatenation.forward([y, passed.removeLast()])
        }
        y = last(y)
        observe?("prediction", y)
        return y
    }

    /// The means of squares of 2×2 in each plane.
    private static func halved(_ x: Tensor) -> Tensor {
        let shape = x.shape
        let planes = Pooling.mean(x.reshaped([shape[0], shape[1] * shape[2], shape[3], shape[4]]))
        return planes.reshaped(Array(shape[..<3]) + planes.shape[2...])
    }
}
