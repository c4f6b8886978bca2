import Operators
import Tensors

/// Features of a small fixed convolution pyramid with random orthogonal weights: a stand-in for VGG-19 that needs no file. It
/// knows nothing of faces; it spreads a picture's local structure over many channels, and what differs there differs to the eye.
public final class RandomFeatures: PerceptualNetwork {
    public let name = "random orthogonal features"
    private let weights: [ConvolutionWeights]
    /// (O, C, 3, 3) of each level.
    package var kernels: [Tensor] { weights.map(\.tensor) }

    public init(seed: UInt64 = 1) {
        var random = RandomSource(seed: seed)
        weights = [(3, 16), (16, 32), (32, 64)].map { inputs, outputs in
            // Orthonormal rows: no two channels see the same.
            let size = inputs * 9, rank = min(size, outputs)
            let basis = try! Orthogonalization.orthonormalize(random.normal([max(size, outputs), rank]))
            var values = [Float](repeating: 0, count: outputs * size)
            for output in 0..<outputs {
                for input in 0..<size {
                    values[output * size + input] =
                        size >= outputs ? basis.pointer[input * rank + output] : basis.pointer[output * rank + input]
                }
            }
            keepAlive(basis)
            return ConvolutionWeights(Tensor(values, [outputs, inputs, 3, 3]))
        }
    }

    public func features(_ pictures: Tensor) -> [Tensor] {
        var x = pictures
        return weights.enumerated().map { index, weight in
            if index > 0 { x = Pooling.mean(x) }
            x = Convolution.forward(x, weight: weight, padding: 1, epilogue: Epilogue(activation: .scaledLeakyReLU))
            return x
        }
    }
}
