import Explorer
import Foundation
import Media
import Networks
import TestSupport
import Testing

/// The page of the First Order Motion Model: a group of sliders for each key point, and views of how it works.
@Suite struct FirstOrderPageTests {
    @Test func keyPointsAreSlidersAndViews() throws {
        let model = try LoadedModel(Fixture.path("fomm/fomm-adv-tiny.pth.tar"))
        let summary = ModelSummary(model, try model.names())
        #expect(
            summary.views.map(\.name)
                == ["image", "points", "heatmaps", "motions", "masks", "flow", "deformed", "mask", "difference"])
        #expect(summary.drivesDirections && summary.directions.count == 20)
        var groups: [String?] = []
        for direction in summary.directions where groups.last != direction.group { groups.append(direction.group) }
        #expect(groups == (1...5).map { "Key point \($0)" })
        let turn = try #require(summary.directions.first { $0.name == "kp2.turn" })
        #expect(turn.low == -45 && turn.high == 45)

        let portrait = try Portrait(name: "p.png", origin: nil, file: "p.png", original: Samples.picture(), on: model.model)
        var pictures: [String: Picture] = [:]
        for view in model.views {
            let shown = ViewPicture.show(view, level: 0, of: portrait, motion: portrait.encoded.motion, on: model.network)
            #expect(shown.picture.width == view.sides[0], "\(view.name)")
            pictures[view.name] = shown.picture
        }
        // What is drawn is no picture of the network's.
        #expect(pictures["points"] != pictures["image"] && pictures["deformed"] != pictures["image"])
    }
}
