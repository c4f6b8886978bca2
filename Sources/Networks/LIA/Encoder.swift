import Operators
import Tensors

/// E: turns a picture into a latent code and a pyramid of features, and into the magnitudes of its motion (LIA, section 3.1).
///
/// In the paper the magnitudes are read from the code. A network with a reader has a second trunk, which learns to read motion alone and
/// from whose code the magnitudes are read: the first one's features are what the generator warps, and cannot change without it.
public struct Encoder {
    let appearance: EncoderTrunk
    let reader: EncoderTrunk?
    let motion: [EqualizedLinear]

    init(_ scope: ParameterScope, _ configuration: LIAConfiguration) {
        appearance = EncoderTrunk(scope.scope("net_app"), channels: configuration.channels, code: configuration.code)
        reader = configuration.reader.map { EncoderTrunk(scope.scope("reader"), channels: $0, code: configuration.code) }
        motion = (0..<5).map {
            EqualizedLinear(
                scope.scope("fc").scope($0), from: configuration.code,
                to: $0 < 4 ? configuration.code : configuration.directions)
        }
    }

    /// - Parameter picture: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: the code (N, code), the features from 8 px to full size, (N, channels, 8, 8) first, and the magnitudes (N, M).
    public func callAsFunction(_ picture: Tensor) -> (code: Tensor, features: [Tensor], magnitudes: Tensor) {
        let (code, features) = appearance(picture)
        return (code, features, magnitudes(picture, code: code))
    }

    /// The code and the magnitudes, without the features.
    public func read(_ picture: Tensor) -> (code: Tensor, magnitudes: Tensor) {
        let code = appearance.code(picture)
        return (code, magnitudes(picture, code: code))
    }

    /// The magnitudes a₁…a_M, (N, M): five linear layers without activation between them. Without a dictionary they are the path's
    /// components.
    public func magnitudes(_ picture: Tensor) -> Tensor { motion.reduce((reader ?? appearance).code(picture)) { $1($0) } }

    /// - Parameter code: what the appearance's trunk makes of the picture.
    private func magnitudes(_ picture: Tensor, code: Tensor) -> Tensor {
        motion.reduce(reader?.code(picture) ?? code) { $1($0) }
    }
}
