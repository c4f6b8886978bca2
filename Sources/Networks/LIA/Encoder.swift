import Operators
import Tensors

/// E: turns a picture into a latent code and a pyramid of features, and a code into the magnitudes of its motion
/// (LIA, section 3.1).
public struct Encoder {
    let first: ConvolutionLayer
    let blocks: [ResidualBlock]
    let last: EqualizedConvolution
    let motion: [EqualizedLinear]

    init(_ scope: ParameterScope, _ configuration: LIAConfiguration) {
        let layers = scope.scope("net_app").scope("convs")
        let counts = Array(configuration.channels.reversed())
        first = ConvolutionLayer(layers.scope(0), from: 3, to: counts[0], kernel: 1)
        blocks = (1..<counts.count).map {
            ResidualBlock(layers.scope($0), from: counts[$0 - 1], to: counts[$0])
        }
        last = EqualizedConvolution(
            layers.scope(counts.count), from: counts[counts.count - 1], to: configuration.code, kernel: 4)
        motion = (0..<5).map {
            EqualizedLinear(
                scope.scope("fc").scope($0), from: configuration.code,
                to: $0 < 4 ? configuration.code : configuration.directions)
        }
    }

    /// - Parameter picture: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: the code (N, code), and the features from 8 px to full size, (N, channels, 8, 8) first.
    public func callAsFunction(_ picture: Tensor) -> (code: Tensor, features: [Tensor]) {
        var features = [first(picture)]
        for block in blocks { features.append(block(features[features.count - 1])) }
        let code = last(features[features.count - 1])
        return (code.reshaped([picture.shape[0], code.shape[1]]), features.dropLast().reversed())
    }

    /// The code alone; each feature is freed once the next block has used it.
    public func code(_ picture: Tensor) -> Tensor {
        var features = first(picture)
        for block in blocks { features = block(features) }
        let code = last(features)
        return code.reshaped([picture.shape[0], code.shape[1]])
    }

    /// The magnitudes a₁…a_M, (N, M), from the code (N, code): five linear layers without activation between them. Without a
    /// dictionary they are the path's components.
    public func magnitudes(_ code: Tensor) -> Tensor { motion.reduce(code) { $1($0) } }
}
