import Explorer
import Foundation
import Media
import Networks
import TestSupport
import Testing

/// The page of LivePortrait: its controls stand in groups, and its motion lies along none of them.
@Suite struct LivePortraitPageTests {
    @Test func controlsStandInGroups() throws {
        let model = try LoadedModel(Fixture.path("liveportrait/small"))
        let summary = ModelSummary(model, try model.names())
        #expect(summary.views.map(\.name) == ["image", "points", "flow", "mask", "difference"])
        #expect(!summary.drivesDirections)
        var groups: [String?] = []
        for direction in summary.directions where groups.last != direction.group { groups.append(direction.group) }
        #expect(groups == ["Head", "Mouth", "Eyes"])
        let turn = try #require(summary.directions.first { $0.name == "turn" })
        #expect(turn.low == -25 && turn.high == 25)

        let portrait = try Portrait(name: "p.png", origin: nil, file: "p.png", original: Samples.picture(), on: model.model)
        for view in model.views {
            let shown = ViewPicture.show(view, level: 0, of: portrait, motion: portrait.encoded.motion, on: model.network)
            #expect(shown.picture.width == view.sides[0], "\(view.name)")
        }
    }
}
