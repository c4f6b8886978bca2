import Tensors

/// A portrait of a black-and-white picture: what a network paints, such as the inside of a mouth, has color whatever the source has, and is
/// shown by its brightness.
package struct GrayPortrait: EncodedPortrait {
    private let portrait: any EncodedPortrait

    init(_ portrait: any EncodedPortrait) { self.portrait = portrait }

    /// Channels of a black-and-white picture differ by no more than decoders round: two of 255 levels, of values in [−1, 1].
    private static let rounding: Float = 2 * 2 / 255

    /// Whether a picture, (1, 3, H, W), RGB in [−1, 1], is black and white.
    static func isGray(_ picture: Tensor) -> Bool {
        let size = picture.count / 3, values = picture.pointer
        defer { keepAlive(picture) }
        return (0..<size).allSatisfy { place in
            let (red, green, blue) = (values[place], values[size + place], values[2 * size + place])
            return max(red, green, blue) - min(red, green, blue) <= rounding + 1e-5
        }
    }

    /// The brightness (Rec. ITU-R BT.601) of pictures, (N, 3, H, W), in all channels.
    package static func brightness(_ pictures: Tensor) -> Tensor {
        let result = Tensor(uninitialized: pictures.shape), count = pictures.shape[0], size = pictures.count / (3 * count)
        let (from, to) = (pictures.pointer, result.mutablePointer)
        for item in 0..<count {
            let own = 3 * size * item
            for place in own..<own + size {
                let value = 0.299 * from[place] + 0.587 * from[place + size] + 0.114 * from[place + 2 * size]
                (to[place], to[place + size], to[place + 2 * size]) = (value, value, value)
            }
        }
        keepAlive(pictures)
        return result
    }

    package var motion: Tensor { portrait.motion }

    package var canonicalMotion: Tensor { portrait.canonicalMotion }

    package func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor { portrait.edited(motion, by: amounts) }

    package func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        Self.brightness(portrait.picture(motion, observe: observe))
    }
}
