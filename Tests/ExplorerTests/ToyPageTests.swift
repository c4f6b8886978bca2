import Explorer
import Foundation
import Media
import Networks
import TestSupport
import Testing

/// The page of a family that is only known here: it is told its controls and views, and can show each of them.
@Suite struct ToyPageTests {
    @Test func thePageShowsWhatTheFamilyHas() throws {
        let folder = try TemporaryFolder()
        try ToyNetwork.write(gain: 1, to: folder.file("toy.safetensors"))
        let model = try LoadedModel(folder.file("toy.safetensors"))
        let summary = ModelSummary(model, try model.names())
        #expect(summary.size == 64 && summary.views.map(\.name) == ["image", "shift", "cover", "difference"])
        #expect(summary.views.allSatisfy { $0.sides == [64] })
        #expect(summary.directions.map(\.name) == ["across", "down"])
        #expect(summary.directions.allSatisfy { $0.low == -0.5 && $0.high == 0.5 })

        let portrait = try Portrait(name: "p.png", origin: nil, file: "p.png", original: Samples.picture(), on: model.model)
        func shown(_ name: String, _ edit: [Float]) throws -> ViewPicture.Shown {
            let view = try #require(model.views.first { $0.name == name })
            let motion = portrait.encoded.edited(portrait.encoded.motion, by: edit)
            return ViewPicture.show(view, level: 0, of: portrait, motion: motion, on: model.network)
        }
        for view in model.views { #expect(try shown(view.name, [0.25, 0]).picture.width == 64, "\(view.name)") }
        let moved = portrait.encoded.picture(portrait.encoded.edited(portrait.encoded.motion, by: [0.25, 0]))
        #expect(try shown("image", [0.25, 0]).picture == Picture(moved))
        #expect(try shown("difference", [0, 0]).picture.pixels.allSatisfy { $0 == 0 })
        #expect(try shown("difference", [0.25, 0]).picture.pixels.contains { $0 > 0 })
        #expect(try shown("cover", [0.25, 0]).picture.pixels.allSatisfy { $0 == 255 })
        // A shift of an eighth of the side: colors are full at a tenth.
        #expect(try shown("shift", [0.25, 0]).scale?.text == "10 %")
    }
}
