import Animation
import Explorer
import Foundation
import Media
import Tensors
import TestSupport
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
        #expect(try unseen.mouth(by: ModelLocator.model("dub")) == nil)
    }

    /// A page's mouth is painted as a saved video's is.
    @Test func thePagePaintsAsTheVideoDoes() throws {
        let model = try LoadedModel("portrait"), faces = try FaceSupply(amongModels: ModelLocator.folders)
        let picture = Puppet(seed: 5).draw(PuppetPose(), size: 256), folder = try TemporaryFolder(), controls = model.network.controls.count
        try picture.write(to: folder.file("p.png"))
        let still = [Float](repeating: 0, count: controls)
        let speech = SpokenMotion(
            path: Fixture.path("speech/speech.wav"), origin: 0, rate: Rational(25, 1), amounts: [still, still, still],
            idle: [still, still, still], mouths: Tensor([0, 0, 0, 0.5, 0.2, 0, 1, 0, 0], [3, 3]))
        let portrait = try Portrait(name: "p.png", origin: nil, file: "p.png", original: picture, on: model.model, faces: faces)
        var job = AnimationJob(source: .picture(folder.file("p.png")), driving: nil, output: folder.file("out/"))
        (job.speech, job.mouthModel, job.faces) = (speech, try ModelLocator.model("dub"), faces)
        job.sourceCrop = CropSettings(.centre)
        (job.keepsAudio, job.pastesBack, job.outputSize) = (false, false, portrait.encoded.picture(portrait.encoded.motion).shape[2])
        _ = try job.run(on: model.model)
        let mouth = try #require(portrait.mouth(by: ModelLocator.model("dub")))
        let frames = try Samples.frames(folder.file("out/")).map(\.picture)
        for frame in 0..<3 {
            var shown = Picture(portrait.encoded.picture(portrait.encoded.motion))
            #expect(mouth.paint(&shown, rows: speech.mouths, frame: frame))
            let differences = zip(shown.pixels, frames[frame].pixels).map { abs(Int($0) - Int($1)) }
            #expect(shown.width == frames[frame].width && differences.max()! <= 2, "\(frame): \(differences.max()!)")
        }
        #expect(frames[0] != frames[2])
    }
}
