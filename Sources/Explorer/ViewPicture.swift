import Animation
import Figures
import Foundation
import Media
import Networks
import Operators
import Tensors

/// Draws what a network shows of its work, at any level of it.
package enum ViewPicture {
    /// A picture, and what its strongest color stands for.
    package struct Shown {
        package let picture: Picture
        package let scale: Scale?
    }

    package struct Scale {
        package let value: Float
        /// The value with its unit, as the view's explanation takes it.
        package let text: String
    }

    /// The view that the page adds to a family's own: how the picture differs from the unchanged one.
    private static let differenceName = "difference"

    /// The views that a page offers: the picture first, then the family's others, then the difference.
    static func views(of network: any PortraitNetwork) -> [View] {
        var views = network.views
        if network.view(.picture) == nil {
            views.insert(View(name: "image", label: "Image", kind: .picture, explanation: "", sides: [network.outputSize]), at: 0)
        }
        let picture = views.first { $0.kind == .picture }!
        return views + [
            View(
                name: differenceName, label: "Difference", kind: .picture,
                explanation: "How far the picture is from the unchanged one; white is {scale} of 255 levels or more.",
                sides: picture.sides)
        ]
    }

    /// The pictures of every level, each (1, 3, S, S), and the result, which a portrait's detail makes sharper than the last level.
    static func levels(of portrait: any EncodedPortrait, motion: Tensor, on network: any PortraitNetwork) -> (
        levels: [Tensor], result: Tensor
    ) {
        guard let view = network.view(.picture) else {
            let result = portrait.picture(motion)
            return ([result], result)
        }
        var levels: [Tensor] = []
        let result = portrait.picture(motion) { if $0.view == view.name { levels.append($0.values) } }
        return (levels, result)
    }

    /// - Parameters:
    ///   - motion: (1, V).
    ///   - level: of the view's, 0 the coarsest.
    package static func show(_ view: View, level: Int, of portrait: Portrait, motion: Tensor, on network: any PortraitNetwork) -> Shown {
        if view.kind == .picture {
            let made = levels(of: portrait.encoded, motion: motion, on: network)
            if view.name == differenceName { return difference(made.levels[level], portrait.unchanged[level]) }
            // The last level's picture is the result, with its detail.
            return Shown(picture: Picture(level + 1 == view.sides.count ? made.result : made.levels[level]), scale: nil)
        }
        var seen: Observation?
        _ = portrait.encoded.picture(motion) { if $0.view == view.name, $0.level == level { seen = $0 } }
        guard let seen else { preconditionFailure("\(view.name) is shown at every level") }
        switch view.kind {
        case .flow: return flow(seen.values)
        case .mask: return Shown(picture: grey(seen.values.values, of: seen.values), scale: nil)
        case .features: return Shown(picture: features(seen.values, source: seen.origin ?? seen.values), scale: nil)
        case .picture, .drawing: return Shown(picture: Picture(seen.values), scale: nil)
        }
    }

    /// Colors are full at the largest of three lengths, so that small motion is seen and noise is not.
    private static func flow(_ flow: Tensor) -> Shown {
        let values = flow.values
        let size = values.count / 2
        // In units of half the picture's side.
        let longest = (0..<size).reduce(Float(0)) {
            max($0, (values[$1] * values[$1] + values[size + $1] * values[size + $1]).squareRoot())
        }
        let full: Float = longest > 0.25 ? 0.5 : longest > 0.06 ? 0.2 : 0.05
        let fraction = full / 2
        return Shown(
            picture: FlowFigure.colors(flow, full: full), scale: Scale(value: fraction, text: String(format: "%g %%", fraction * 100)))
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
        return Shown(picture: shown, scale: Scale(value: 255 / gain, text: String(format: "%.0f", 255 / gain)))
    }

    /// A value from 0 to 1 as a level; what is no number is black.
    private static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(255 * min(value, 1)) : 0 }
}
