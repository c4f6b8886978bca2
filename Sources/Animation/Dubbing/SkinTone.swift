import Media
import Networks
import Tensors

/// The tone that light, paint and film give to a face's colors, which is taken away before a network reads them and given back to what it paints.
/// Teeth and tongues that a person does not show are painted as most people's are, and would stand out in blue in a golden painting. Not in the
/// paper.
struct SkinTone: Equatable, Sendable {
    /// By what red, green and blue are multiplied before the network reads them.
    let gains: SIMD3<Float>
    /// Whether the face has one tone everywhere, as in black and white and in sepia, and what is painted should have it, too.
    let isMonochrome: Bool

    /// Colors as they are.
    static let plain = SkinTone(gains: SIMD3(repeating: 1), isMonochrome: false)

    /// Red, green and blue of the lower half of a face over their mean: the mean of 148 photographs of the training's.
    static let usual = SIMD3<Float>(1.25, 0.94, 0.81)
    /// Of gains; colors further off are not those of skin.
    static let bounds: ClosedRange<Float> = 0.5...2
    /// How far, on average, channels without the tone differ in a face of one tone, as part of its brightness. In 148 photographs seven had less than 0.015, which
    /// were black and white or sepia, and no other less than 0.037.
    private static let oneTone: Float = 0.025
    /// Of how many cells there must be some face; fewer do not tell.
    private static let fewest = 20

    private init(gains: SIMD3<Float>, isMonochrome: Bool) { (self.gains, self.isMonochrome) = (gains, isMonochrome) }

    /// The tone of the face of a frame, from its bridge of the nose downward.
    init(of frame: Picture, _ face: FaceOutline, _ crop: MouthCrop) {
        let contour = JawContour(face, crop), cells = 40
        var colors: [SIMD3<Float>] = []
        for row in 0..<cells {
            for column in 0..<cells {
                let side = Float(2 * crop.radius) / Float(cells)
                let place = SIMD2(Float(crop.mouthLeft), Float(crop.mouthTop)) + side * (SIMD2(Float(column), Float(row)) + 0.5)
                let (x, y) = (crop.left + Int(place.x), crop.top + Int(place.y))
                guard (0..<frame.width).contains(x), (0..<frame.height).contains(y), contour.outside(place) == 0 else { continue }
                let first = 3 * (y * frame.width + x)
                colors.append(SIMD3(Float(frame.pixels[first]), Float(frame.pixels[first + 1]), Float(frame.pixels[first + 2])))
            }
        }
        let sum = colors.reduce(SIMD3(), +), brightness = sum.sum() / 3
        guard colors.count >= Self.fewest, brightness > 0 else {
            self = .plain
            return
        }
        func bounded(_ gains: SIMD3<Float>) -> SIMD3<Float> {
            gains.clamped(lowerBound: SIMD3(repeating: Self.bounds.lowerBound), upperBound: SIMD3(repeating: Self.bounds.upperBound))
        }
        let whitening = bounded(brightness / sum)
        let spread = colors.reduce(Float(0)) { $0 + ($1 * whitening).max() - ($1 * whitening).min() }
        self.init(gains: bounded(Self.usual * brightness / sum), isMonochrome: spread < Self.oneTone * brightness)
    }

    /// Colors as the network reads them, (1, 3, height, width).
    ///
    /// - Parameter most: what brighter ones become.
    func taken(from picture: Tensor, upTo most: Float = .infinity) -> Tensor {
        self == .plain ? picture : scaled(picture, by: gains, upTo: most)
    }

    /// What was painted, in the face's own tone.
    func given(to picture: Tensor) -> Tensor {
        guard self != .plain else { return picture }
        guard isMonochrome else { return scaled(picture, by: 1 / gains) }
        return scaled(GrayPortrait.brightness(scaled(picture, by: 1 / Self.usual)), by: Self.usual / gains)
    }

    private func scaled(_ picture: Tensor, by factors: SIMD3<Float>, upTo most: Float = .infinity) -> Tensor {
        let size = picture.count / 3, result = Tensor(uninitialized: picture.shape)
        let (from, to) = (picture.pointer, result.mutablePointer)
        for channel in 0..<3 {
            for p in channel * size..<(channel + 1) * size { to[p] = min(most, from[p] * factors[channel]) }
        }
        keepAlive(picture)
        return result
    }
}
