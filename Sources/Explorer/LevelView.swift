import Animation
import Figures
import Media
import Networks
import Operators
import Tensors

/// What of the generator's work is shown, at any level of its pyramid.
enum LevelView: String, Decodable, CaseIterable {
    /// The picture as far as the level has made it.
    case image
    /// Where the source's features come from: direction as hue, length as saturation.
    case flow
    /// How much of the warped source is taken: 0 black, 1 white.
    case mask
    /// The source's warped and masked features alone, without what the generator adds.
    case features
    /// How the picture changes.
    case difference

    /// A picture, and what its strongest color stands for.
    struct Shown {
        let picture: Picture
        /// Flow: parts of the picture's side at full saturation. Difference: levels of 255 at white.
        let scale: Float?
    }

    /// - Parameters:
    ///   - magnitudes: (1, M).
    ///   - level: 0 for 8 px.
    func show(_ portrait: Portrait, magnitudes: Tensor, level: Int, on network: LIA) -> Shown {
        var warp: Warp.Result?, picture: Tensor?
        let result = network.generate(
            portrait.source, magnitudes: magnitudes, observe: { if $0 == level { warp = $1 } }, pictures: { if $0 == level { picture = $1 } })
        switch self {
        // The last level's picture is the result, with its detail.
        case .image: return Shown(picture: Picture(level + 1 == portrait.unchanged.count ? result : picture!), scale: nil)
        case .flow: return Self.flow(warp!.flow)
        case .mask: return Shown(picture: Self.grey(warp!.mask.values, of: warp!.mask), scale: nil)
        case .features: return Shown(picture: Self.features(warp!.warped, source: portrait.source.features[level]), scale: nil)
        case .difference: return Self.difference(picture!, portrait.unchanged[level])
        }
    }

    /// Colors are full at the largest of three lengths, so that small motion is seen and noise is not.
    private static func flow(_ flow: Tensor) -> Shown {
        let values = flow.values
        let size = values.count / 2
        // Of half the picture's side.
        let longest = (0..<size).reduce(Float(0)) { max($0, (values[$1] * values[$1] + values[size + $1] * values[size + $1]).squareRoot()) }
        let full: Float = longest > 0.25 ? 0.5 : longest > 0.06 ? 0.2 : 0.05
        return Shown(picture: FlowFigure.colors(flow, full: full), scale: full / 2)
    }

    private static func grey(_ values: [Float], of map: Tensor) -> Picture {
        Picture(width: map.shape[3], height: map.shape[2]) { pixels in
            for p in 0..<map.shape[2] * map.shape[3] {
                let level = level(values[p])
                for channel in 0..<3 { pixels[3 * p + channel] = level }
            }
        }
    }

    /// Three bands of channels as red, green and blue: each the mean strength of its channels, full where the source's own is
    /// strongest, so that brightness means the same in every frame.
    private static func features(_ warped: Tensor, source: Tensor) -> Picture {
        let channels = warped.shape[1], size = warped.shape[2] * warped.shape[3]
        func bands(_ features: Tensor) -> [[Float]] {
            let values = features.values
            return (0..<3).map { band in
                let range = channels * band / 3..<max(channels * (band + 1) / 3, channels * band / 3 + 1)
                var sum = [Float](repeating: 0, count: size)
                for channel in range where channel < channels {
                    for p in 0..<size { sum[p] += abs(values[channel * size + p]) }
                }
                return sum
            }
        }
        let (shown, own) = (bands(warped), bands(source))
        let full = own.map { max($0.max() ?? 0, .leastNormalMagnitude) }
        return Picture(width: warped.shape[3], height: warped.shape[2]) { pixels in
            for p in 0..<size {
                // The root shows what is weak, too.
                for band in 0..<3 { pixels[3 * p + band] = level((shown[band][p] / full[band]).squareRoot()) }
            }
        }
    }

    /// The absolute difference, four times as strong.
    private static func difference(_ picture: Tensor, _ other: Tensor) -> Shown {
        let gain: Float = 4
        let (a, b) = (picture.values, other.values)
        let size = picture.shape[2] * picture.shape[3]
        let shown = Picture(width: picture.shape[3], height: picture.shape[2]) { pixels in
            for p in 0..<size {
                for channel in 0..<3 { pixels[3 * p + channel] = level(abs(a[channel * size + p] - b[channel * size + p]) / 2 * gain) }
            }
        }
        return Shown(picture: shown, scale: 255 / gain)
    }

    /// A value from 0 to 1 as a level; what is no number is black.
    private static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(255 * min(value, 1)) : 0 }
}
