import Animation
import Checkpoints
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Puppets
import Tensors
import Testing

@Suite struct SpeakingTests {
    private func values(_ pose: IdleMotion.Pose) -> [Double] { [pose.yaw, pose.pitch, pose.roll, pose.shiftX, pose.shiftY, pose.blink] }

    /// The same motion at any frame rate, and another one for another seed.
    @Test func aSeedIsAMotion() {
        let (a, b, other) = (IdleMotion(seed: 5), IdleMotion(seed: 5), IdleMotion(seed: 6))
        for frame in 0..<250 { #expect(a(at: Double(frame) / 25) == b(at: Double(2 * frame) / 50)) }
        #expect((0..<250).contains { a(at: Double($0) / 25).yaw != other(at: Double($0) / 25).yaw })
    }

    @Test(arguments: [UInt64(1), 2, 3, 99]) func theHeadStaysNearAndDoesNotJump(seed: UInt64) {
        let idle = IdleMotion(seed: seed), limits = values(IdleMotion.bounds)
        #expect(idle(at: 0) == IdleMotion.Pose() && idle(at: -3) == IdleMotion.Pose())
        var last = values(idle(at: 0)), most = [Double](repeating: 0, count: 6)
        for frame in 1..<60 * 50 {
            let now = values(idle(at: Double(frame) / 50))
            for k in 0..<6 {
                #expect(abs(now[k]) <= limits[k] + 1e-12)
                most[k] = max(most[k], abs(now[k]))
                // Less than the whole range in a second; lids are faster.
                if k < 5 { #expect(abs(now[k] - last[k]) < 2 * limits[k] / 25) }
            }
            last = now
        }
        for k in 0..<5 { #expect(most[k] > 0.3 * limits[k]) }
        #expect(most[5] > 0.9)
    }

    /// Every 2 to 6 s, for 150 to 250 ms, all the way.
    @Test(arguments: [UInt64(1), 2, 3]) func blinksComeAndGo(seed: UInt64) {
        let idle = IdleMotion(seed: seed)
        var blinks: [(start: Double, end: Double, most: Double)] = [], isIn = false
        for tick in 0..<300_000 {
            let seconds = Double(tick) / 1000, lids = idle(at: seconds).blink
            if lids > 0, !isIn { blinks.append((seconds, seconds, 0)) }
            isIn = lids > 0
            if isIn { blinks[blinks.count - 1] = (blinks.last!.start, seconds, max(blinks.last!.most, lids)) }
        }
        #expect((60...80).contains(blinks.count))
        for blink in blinks { #expect((0.145...0.255).contains(blink.end - blink.start) && blink.most > 0.99) }
        for (a, b) in zip(blinks, blinks.dropFirst()) { #expect((1.99...6.01).contains(b.start - a.start)) }
    }

    @Test func strengthScalesTheHead() {
        let (whole, half, still) = (IdleMotion(seed: 4), IdleMotion(seed: 4, strength: 0.5), IdleMotion(seed: 4, strength: 0))
        for frame in 0..<500 {
            let seconds = Double(frame) / 25
            #expect(abs(whole(at: seconds).yaw - 2 * half(at: seconds).yaw) < 1e-12 && still(at: seconds) == IdleMotion.Pose())
        }
    }

    @Test func controlsAreFoundByTheirNames() throws {
        func named(_ name: String, _ number: Int, _ high: Float) -> SpeakingControls.Named {
            .init(name: name, number: number, range: -1...high)
        }
        let controls = SpeakingControls(
            [named("yaw", 1, 50), named("Jaw", 3, 2.4), named("smile", 4, 1.2), named("blink", 6, 1.2)], count: 7)
        #expect(controls.missing == ["pucker"])
        let amounts = controls.amounts(mouth: (0.5, -0.25, 0.9), idle: .init(yaw: 2, pitch: 1, blink: 0.5))
        // 2° of the 20° that the end of a turn's range stands for.
        #expect(amounts == [5, 0, 1, -0.25, 0, 0.5, 0])
        let mouth = try #require(controls.mouth)
        #expect(mouth.place == 2 && abs(mouth.end - 2.4) < 1e-6)
        try controls.requireMouth(of: "m")
        // The best name counts where several are there.
        let both = SpeakingControls([named("jaw", 1, 1.2), named("mouth_open", 2, 1.2), named("pucker", 3, 1.2)], count: 3)
        #expect(both.amounts(mouth: (0.5, 0.2, 0.75), idle: .init()) == [0, 0.5, 0.75] && both.missing == ["mouth_wide"])
        // Eyes of their own; a range whose farther end is the lower one.
        let eyes = [named("blink_left", 1, 1.2), .init(name: "blink_right", number: 2, range: -2.4...0.6), named("jaw", 3, 1.2)]
        let idle = IdleMotion.Pose(blink: 0.5)
        #expect(SpeakingControls(eyes, count: 3).amounts(mouth: (0, 0, 0), idle: idle) == [0.5, -1, 0])
        let one = SpeakingControls(eyes + [named("blink", 4, 1.2)], count: 4)
        #expect(one.amounts(mouth: (0, 0, 0), idle: idle) == [0, 0, 0, 0.5])
        #expect { try SpeakingControls([named("yaw", 1, 1)], count: 1).requireMouth(of: "m") } throws: { error in
            "\(error)".hasPrefix("m: has no direction named mouth_open or jaw")
        }
    }

    /// Lips that part from 3 on and are 0.3 apart at 5: a half open mouth is where they are 0.15 apart.
    @Test func amountsAreThoseThatPartTheLips() throws {
        let response = try #require(MouthResponse(step: 1, openings: [0.02, 0.02, 0.01, 0.02, 0.17, 0.32, 0.3, 0.32]))
        for (part, amount) in [(Float(1), Float(5)), (0.5, 4), (0.75, 4.5), (0.25, 3.5), (2, 5), (0, 0), (-1, 0)] {
            #expect(abs(response.amount(part) - amount) < 1e-4, "\(part): \(response.amount(part))")
        }
        // What hardly opens does not jump to where lips part.
        #expect(response.amount(0.01) < 0.4 && response.amount(0.06) < response.amount(0.12))
        #expect(MouthResponse(step: 1, openings: [0.1, 0.1, 0.12]) == nil)

        let amounts: [[Float]] = [[1, 0, 0], [0, 0, 2.5], [0, 3, 5]]
        let spoken = SpokenMotion(path: "a.wav", origin: 0, rate: Rational(25, 1), amounts: amounts, mouth: (place: 2, end: 5))
        let followed = spoken.following(SpeakingResponse(lips: response, lids: nil))
        #expect(followed.amounts[0] == [1, 0, 0] && followed.amounts[2][1] == 3)
        #expect(abs(followed.amounts[1][2] - 4) < 1e-4 && abs(followed.amounts[2][2] - 5) < 1e-4)
        // Where nobody knows what opens the mouth or shuts lids, nothing changes.
        let both = SpeakingResponse(lips: response, lids: LidResponse(distances: [1, 0]))
        #expect(SpokenMotion(path: "a.wav", origin: 0, rate: Rational(25, 1), amounts: amounts).following(both).amounts == amounts)
    }

    /// Lids are shut where the face mesh finds 0.58 of the distance at rest; where it never does, a blink is as whole as can be.
    @Test func blinksGoAsFarAsLidsShut() {
        for (distances, part) in [
            ([1, 0.9, 0.68, 0.48, 0.3], Float(0.625)), ([0.5, 0.29, 0.4], 0.5), ([0.4, 0.38, 0.35, 0.36], 1), ([0.4, 0.4, 0.4], 1),
        ] as [([Float], Float)] {
            #expect(abs(LidResponse(distances: distances).part - part) < 1e-5, "\(distances)")
        }
        let spoken = SpokenMotion(
            path: "a.wav", origin: 0, rate: Rational(25, 1), amounts: [[1, 2, 4]], blinks: [(place: 1, whole: 2), (place: 2, whole: 4)])
        let shut = SpeakingResponse(lips: nil, lids: LidResponse(distances: [1, 0.58, 0.5]))
        #expect(spoken.following(shut).amounts == [[1, 1, 2]])
    }

    /// A network that dubs is shown a shut mouth beside an open one, which it has painted itself; a mouth that is shut is all that it is shown.
    @Test func openMouthsAreAlsoShownShut() throws {
        let finder = try FaceFinder(amongModels: ModelLocator.folders)
        for (open, shown) in [(Float(0.8), 3), (0, 1)] {
            var pose = PuppetPose()
            pose.mouthOpen = open
            let network = RecordingNetwork(), still = Puppet(seed: 5).draw(pose, size: 256)
            _ = try #require(SpeakingMouth(network, still: still, near: nil, finder: finder))
            #expect(network.shown.count == shown)
            let last = network.shown.last!.values, size = last.count / 5
            let pictures = (0..<5).map { Array(last[$0 * size..<($0 + 1) * size]) }
            #expect(pictures[0] == Array(network.shown[0].values[..<size]) && (2..<5).allSatisfy { pictures[$0] == pictures[1] })
            #expect((pictures[0] == pictures[1]) == (open == 0))
        }
    }
}

/// Paints every mouth gray, and keeps what it was shown.
private final class RecordingNetwork: AudioDriven, @unchecked Sendable {
    static let family = "recording", title = "Recording", signature = "none"
    let inputSize = 64, outputSize = 64, referenceCount = 5, mouthSize = 64, soundValues = 3, soundRows = 5
    let measures: [NetworkMeasure] = [], parameters: [Parameter] = []
    let sound = SpokenSound.mouth, movesReference = true
    private(set) var shown: [Tensor] = []

    init() {}

    init(_ checkpoint: Checkpoint, prefix: String) throws {}

    static func prefix(in checkpoint: Checkpoint) throws -> String? { nil }

    func prepare(references: Tensor) -> any DubbedFace {
        shown.append(references)
        return Gray()
    }

    private struct Gray: DubbedFace {
        func paint(_ masked: Tensor, sound: Tensor) -> MouthPainting {
            MouthPainting(picture: Tensor(repeating: 0.5, masked.shape), flow: nil, mask: nil)
        }
    }
}
