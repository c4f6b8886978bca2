import Operators
import Tensors

/// The convolutions of E: a picture becomes a latent code and, on the way, a pyramid of features (LIA, section 3.1).
struct EncoderTrunk {
    let first: ConvolutionLayer
    let blocks: [ResidualBlock]
    let last: EqualizedConvolution

    /// - Parameters:
    ///   - channels: by resolution, from 4 px to the picture's side, doubling.
    ///   - code: the width of the code.
    init(_ scope: ParameterScope, channels: [Int], code: Int) {
        let layers = scope.scope("convs")
        let counts = Array(channels.reversed())
        first = ConvolutionLayer(layers.scope(0), from: 3, to: counts[0], kernel: 1)
        blocks = (1..<counts.count).map {
            ResidualBlock(layers.scope($0), from: counts[$0 - 1], to: counts[$0])
        }
        last = EqualizedConvolution(layers.scope(counts.count), from: counts[counts.count - 1], to: code, kernel: 4)
    }

    /// - Parameter picture: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: the code (N, code), and the features from 8 px to full size, (N, channels, 8, 8) first.
    func callAsFunction(_ picture: Tensor) -> (code: Tensor, features: [Tensor]) {
        var features = [first(picture)]
        for block in blocks { features.append(block(features[features.count - 1])) }
        let code = last(features[features.count - 1])
        return (code.reshaped([picture.shape[0], code.shape[1]]), features.dropLast().reversed())
    }

    /// The code alone; each feature is freed once the next block has used it.
    func code(_ picture: Tensor) -> Tensor {
        var features = first(picture)
        for block in blocks { features = block(features) }
        let code = last(features)
        return code.reshaped([picture.shape[0], code.shape[1]])
    }
}
