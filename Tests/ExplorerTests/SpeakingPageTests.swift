import Animation
import Explorer
import Foundation
import Media
import ModelLibrary
import Puppets
import Testing

@Suite struct SpeakingPageTests {
    /// A page's portrait opens its mouth as its own lips part, which is what a saved video does.
    @Test func thePageSpeaksAsTheVideoDoes() throws {
        let model = try LoadedModel("portrait"), faces = try FaceSupply(amongModels: ModelLocator.folders)
        guard case .finder(let finder) = faces else { return #expect(Bool(false), "no networks of faces") }
        let picture = Puppet(seed: 5).draw(PuppetPose(), size: 256), controls = model.network.controls.count
        let place = try #require(try model.names().entries.first { $0.name == "jaw" }).number - 1, end: Float = 8
        let lid = try #require(try model.names().entries.first { $0.name == "blink_left" }).number - 1
        let amounts = (0...8).map { amount in (0..<controls).map { $0 == place ? Float(amount) : $0 == lid ? 6 : 0.25 } }
        let speech = SpokenMotion(
            path: "a.wav", origin: 0, rate: Rational(25, 1), amounts: amounts, mouth: (place, end), blinks: [(lid, 6)])
        func portrait(_ faces: FaceSupply) throws -> Portrait {
            try Portrait(name: "p.png", origin: nil, file: "p.png", original: picture, on: model.model, faces: faces)
        }
        let own = try portrait(faces)
        let response = SpeakingResponse(
            lips: try #require(MouthResponse(of: own.encoded, mouth: (place, end), controls: controls, finder: finder)),
            lids: try #require(LidResponse(of: own.encoded, blinks: speech.blinks, controls: controls, finder: finder)))
        let wanted = speech.following(response).amounts, found = amounts.map { own.amounts($0, in: speech) }
        #expect(found == wanted && found != amounts)
        // Without a finder of faces amounts are the speech's own.
        let unseen = try portrait(.none)
        #expect(amounts.map { unseen.amounts($0, in: speech) } == amounts)
    }
}
