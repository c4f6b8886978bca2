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

    /// Red over green or blue, whichever is more, and blue over green of teeth in the usual tone.
    private static let teeth: (red: Float, blue: Float) = (1.08, 0.92)

    /// A painting in which nothing around the lips is bluer or greener than teeth: in the usual tone those are the least red of what a mouth shows, and a network
    /// that sees few of them paints the mean of many, which is grey to teal.
    ///
    /// - Parameters:
    ///   - picture: (1, 3, height, width), in the usual tone.
    ///   - middle: of the mouth, in pixels of the picture.
    ///   - reach: half its breadth.
    static func withoutBlue(_ picture: Tensor, middle: SIMD2<Float>, reach: Float) -> Tensor {
        let (height, width) = (picture.shape[2], picture.shape[3]), size = height * width
        let result = Tensor(picture.values, picture.shape), values = result.mutablePointer
        for row in 0..<height {
            for column in 0..<width {
                let from = abs(SIMD2(Float(column) + 0.5, Float(row) + 0.5) - middle) / max(reach, 1)
                let share = Fading.share(4 * (from - SIMD2(1, 0.75)).max()), p = row * width + column
                guard share > 0 else { continue }
                let (red, green, blue) = (values[p], values[size + p], values[2 * size + p])
                values[p] = red + share * max(0, teeth.red * max(green, blue) - red)
                values[2 * size + p] = blue - share * max(0, blue - teeth.blue * green)
            }
        }
        return result
    }

    private static func abs(_ line: SIMD2<Float>) -> SIMD2<Float> { SIMD2(Swift.abs(line.x), Swift.abs(line.y)) }

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
