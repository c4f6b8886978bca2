import Figures
import Foundation
import Media
import Networks
import Tensors

/// How a network makes a picture, level by level: for some motions of a portrait the picture, flow and mask of every level, coarsest
/// first, as LIA's pyramid (Wang et al. 2022, section 3.2 and figure 2).
package enum LevelSheet {
    private static let cell = 96

    /// - Parameters:
    ///   - motions: what each is called, and (1, V).
    ///   - title: the caption's first line.
    /// - Returns: a row for each motion and view, a column for each side of the levels; nil where the network shows nothing of its work.
    package static func picture(
        of portrait: any EncodedPortrait, on network: any PortraitNetwork, motions: [(label: String, motion: Tensor)], title: String
    ) -> Picture? {
        let views = network.views.filter { $0.kind != .features }
        guard !views.isEmpty, !motions.isEmpty else { return nil }
        let seen = motions.map { motion in
            var observations: [Observation] = []
            let result = portrait.picture(motion.motion) { observations.append($0) }
            return (result: result, observations: observations)
        }
        let flows = views.filter { $0.kind == .flow }.map(\.name)
        let full = ObservationPicture.fullFlow(seen.flatMap { $0.observations.filter { flows.contains($0.view) }.map(\.values) })
        let sides = Set(views.flatMap(\.sides)).sorted()
        let blank = Picture(width: 1, height: 1) { pixels in for channel in 0..<3 { pixels[channel] = 255 } }
        var rows: [[Picture]] = [], labels: [String] = []
        for (motion, made) in zip(motions, seen) {
            for view in views {
                rows.append(
                    sides.map { side in
                        guard let level = view.sides.firstIndex(of: side),
                            let observation = made.observations.first(where: { $0.view == view.name && $0.level == level })
                        else { return blank }
                        // The last level's picture is the result, with its detail.
                        if view.kind == .picture, level + 1 == view.sides.count { return Picture(made.result) }
                        return ObservationPicture.picture(observation, view.kind, fullFlow: full)
                    })
                labels.append("\(motion.label), \(view.label.lowercased())")
            }
        }
        var caption = [title]
        if !flows.isEmpty { caption.append(String(format: "flow: hue is the direction, full color %g %% of the side", full * 50)) }
        if views.contains(where: { $0.kind == .mask }) { caption.append("mask: white is taken from the source, black is made anew") }
        return ContactSheet.picture(
            rows: rows, labels: labels, heads: sides.map { "\($0)" }, caption: caption, cell: cell, labelWidth: 400)
    }
}
