import Tensors

/// A portrait of a black-and-white picture: what a network paints, such as the inside of a mouth, has color whatever the source has, and is
/// shown by its brightness.
package struct GrayPortrait: EncodedPortrait {
    private let portrait: any EncodedPortrait

    init(_ portrait: any EncodedPortrait) { self.portrait = portrait }

    /// Channels of a black-and-white picture differ by no more than its scanner and its coding leave, 8 of 255 levels, of values in
    /// [−1, 1], but for one pixel of a hundred: at 256 px, one of a hundred differs by 5 levels or more in an old photograph that was scanned,
    /// and by 13 in the palest of some hundred colored pictures.
    private static let tint: Float = 2 * 8 / 255

    /// Whether a picture, (1, 3, H, W), RGB in [−1, 1], is black and white.
    static func isGray(_ picture: Tensor) -> Bool {
        let size = picture.count / 3, values = picture.pointer
        defer { keepAlive(picture) }
        let colored = (0..<size).count { place in
            let (red, green, blue) = (values[place], values[size + place], values[2 * size + place])
            return max(red, green, blue) - min(red, green, blue) > tint + 1e-5
        }
        return 100 * colored <= size
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

    package var unrefined: any EncodedPortrait { GrayPortrait(portrait.unrefined) }

    package func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        Self.brightness(portrait.picture(motion, observe: observe))
    }
}
