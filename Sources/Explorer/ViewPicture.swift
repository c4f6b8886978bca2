import Animation
import Foundation
import Media
import Networks
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
    ///   - speaks: whether the mouth of the result is painted afterwards, as a sound demands.
    package static func show(
        _ view: View, level: Int, of portrait: Portrait, motion: Tensor, on network: any PortraitNetwork, speaks: Bool = false
    ) -> Shown {
        let encoded = speaks || !isResult(view, level: level) ? portrait.encoded.unrefined : portrait.encoded
        if view.kind == .picture {
            let made = levels(of: encoded, motion: motion, on: network)
            if view.name == differenceName { return difference(made.levels[level], portrait.unchanged[level]) }
            // The last level's picture is the result, with its detail.
            return Shown(picture: Picture(isResult(view, level: level) ? made.result : made.levels[level]), scale: nil)
        }
        var seen: Observation?
        _ = encoded.picture(motion) { if $0.view == view.name, $0.level == level { seen = $0 } }
        guard let seen else { preconditionFailure("\(view.name) is shown at every level") }
        guard view.kind == .flow else { return Shown(picture: ObservationPicture.picture(seen, view.kind), scale: nil) }
        let full = ObservationPicture.fullFlow([seen.values]), fraction = full / 2
        return Shown(
            picture: ObservationPicture.picture(seen, .flow, fullFlow: full),
            scale: Scale(value: fraction, text: String(format: "%g %%", fraction * 100)))
    }

    /// Whether a level of a view is the result itself.
    static func isResult(_ view: View, level: Int) -> Bool {
        view.kind == .picture && view.name != differenceName && level + 1 == view.sides.count
    }

    /// The absolute difference, four times as strong.
    private static func difference(_ picture: Tensor, _ other: Tensor) -> Shown {
        let gain: Float = 4
        let (a, b) = (picture.values, other.values)
        let size = picture.shape[2] * picture.shape[3]
        let shown = Picture(width: picture.shape[3], height: picture.shape[2]) { pixels in
            for p in 0..<size {
                for channel in 0..<3 {
                    pixels[3 * p + channel] = ObservationPicture.level(abs(a[channel * size + p] - b[channel * size + p]) / 2 * gain)
                }
            }
        }
        return Shown(picture: shown, scale: Scale(value: 255 / gain, text: String(format: "%.0f", 255 / gain)))
    }
}
