import Animation
import Evaluation
import Foundation
import Media
import Networks
import Puppets
import Tensors
import Testing
import TestSupport

/// Evaluation with the tiny network, against the same measured by hand.
@Suite struct EvaluationTests {
    static let network = try! LIA(.open(Fixture.path("reference/lia-tiny.pt")))

    private var model: PortraitModel { PortraitModel(name: "tiny", network: Self.network) }

    private func clip(_ name: String, frames: Int, speed: Double = 1) -> EvaluationClip {
        let size = Self.network.outputSize
        return EvaluationClip(name: name, identity: name, count: frames) {
            Samples.picture(width: size, height: size, shift: 0.02 * speed * Double($0))
        }
    }

    private func value(_ report: EvaluationReport, _ measure: Measure, model: String? = nil, mode: String? = nil, baseline: String? = nil)
        -> Double?
    {
        report.rows.first { $0.subject == .init(model: model, mode: mode, baseline: baseline) }?.measures[measure.rawValue]?.mean
    }

    @Test func reconstructionIsThePapersProtocol() throws {
        let (size, clip) = (Self.network.outputSize, clip("a", frames: 4))
        let report = try EvaluationJob(
            models: [model], task: .reconstruction([clip, self.clip("still", frames: 1)]), data: "d", size: size
        ).run()
        var frames: [Picture] = []
        try clip.forEachFrame(limit: 9) { frames.append($1) }
        let source = Self.network.encode(source: Tensor(frames[0]))
        let results = frames.dropFirst().map {
            Picture(Self.network.generate(source, motion: Self.network.encode(driving: Tensor($0))))
        }
        func mean(_ measure: (Picture, Picture) -> Double) -> Double {
            zip(results, frames.dropFirst()).map { measure($0, $1) }.reduce(0, +) / 3
        }
        #expect(value(report, .l1, model: "tiny", mode: "absolute") == mean(AbsoluteDifference.between))
        #expect(value(report, .psnr, model: "tiny", mode: "absolute") == mean(PeakSignalToNoise.between))
        #expect(value(report, .ssim, model: "tiny", mode: "absolute") == mean(StructuralSimilarity.between))
        let copied = frames.dropFirst().map { AbsoluteDifference.between(frames[0], $0) }.reduce(0, +) / 3
        #expect(value(report, .l1, baseline: "copy") == copied && copied > 0)
        #expect(value(report, .l1, baseline: "mean frame")! < copied)
        #expect(report.clips.map(\.name) == ["a"] && report.clips[0].frames == 3)
        #expect(report.notes.contains { $0.contains("still") } && report.notes.contains { $0.contains("MS-SSIM") })
        #expect(report.rows.allSatisfy { $0.measures["ms_ssim"] == nil })
    }

    @Test func drawnPeopleHaveATruth() throws {
        let size = Self.network.outputSize, seed = EvaluationJob.firstSeed
        let report = try EvaluationJob(models: [model], task: .puppets(count: 2, frames: 5, size: size), data: nil, size: size).run()
        // The first pair again, relative: person A by person B.
        let own = PuppetClip(identity: seed, motion: seed, frames: 5, size: size)
        let other = PuppetClip(identity: seed + 1, motion: seed, frames: 5, size: size)
        func draw(_ clip: PuppetClip, _ frame: Int) -> Picture { Puppet(seed: clip.identity).draw(clip.pose(frame), size: size) }
        let source = Self.network.encode(source: Tensor(draw(own, 0)))
        let reference = Self.network.encode(driving: Tensor(draw(other, 0)))
        var sum = 0.0
        for frame in 1..<5 {
            let driving = Self.network.encode(driving: Tensor(draw(other, frame)))
            let asked = Self.network.transfer(.relative, driving: driving, reference: reference, source: source.magnitudes, strength: 1)
            sum += AbsoluteDifference.between(Picture(Self.network.generate(source, motion: asked)), draw(own, frame)) / 4
        }
        let row = try #require(report.rows.first { $0.subject == .init(model: "tiny", mode: "relative", baseline: nil) })
        let found = try #require(row.clips[0]["l1"])
        #expect(abs(found - sum) < 1e-12 && row.clips.count == 2)
        #expect(report.rows.count == 5 && report.clips.map(\.frames) == [4, 4])
        let table = try #require(report.directions.first)
        #expect(table.parameters == PuppetPose.parts.map(\.name) && table.frames == 20)
        #expect(table.squaredCorrelations.count == 20 && table.predicted.count == table.parameters.count)
    }

    @Test func theSamePersonAndOtherPoses() throws {
        let size = Self.network.outputSize
        func run(_ same: Bool, _ other: Bool) throws -> EvaluationReport {
            try EvaluationJob(
                models: [model], task: .puppets(count: 1, frames: 4, size: size, isSamePerson: same, hasOtherPose: other), data: nil,
                size: size
            ).run()
        }
        // From its own first frame, a person's relative motion is the absolute one.
        let same = try run(true, false)
        let (absolute, relative) = (value(same, .l1, model: "tiny", mode: "absolute")!, value(same, .l1, model: "tiny", mode: "relative")!)
        #expect(abs(absolute - relative) < 1e-5 && same.clips[0].name == "person \(EvaluationJob.firstSeed)")
        // From another pose it is not; absolute transfer takes nothing from the source's pose but its pixels.
        let other = try run(true, true)
        #expect(value(other, .l1, model: "tiny", mode: "absolute") != value(other, .l1, model: "tiny", mode: "relative"))
        #expect(value(other, .l1, baseline: "copy")! > 2 * value(same, .l1, baseline: "copy")!)
        let best = try #require(value(other, .l1, model: "tiny", mode: "relative, best"))
        #expect(best > 0)
    }

    /// Canonical pictures are those that the network makes without any magnitudes; of three frames all are compared.
    @Test func canonicalPicturesAreCompared() throws {
        let size = Self.network.outputSize
        let moving = clip("a", frames: 3, speed: 3)
        let report = try EvaluationJob(models: [model], task: .reconstruction([moving]), data: "d", size: size).run()
        var frames: [Picture] = []
        try moving.forEachFrame(limit: 3) { frames.append($1) }
        let canonical = frames.map { frame in
            let source = Self.network.encode(source: Tensor(frame))
            return Picture(Self.network.generate(source, motion: Tensor(zeros: source.magnitudes.shape)))
        }
        func pairwise(_ p: [Picture]) -> Double {
            AbsoluteDifference.between(p[0], p[1]) + AbsoluteDifference.between(p[0], p[2]) + AbsoluteDifference.between(p[1], p[2])
        }
        let found = try #require(value(report, .canonicalDifference, model: "tiny", mode: "absolute"))
        #expect(abs(found - pairwise(canonical) / pairwise(frames)) < 1e-12)
        // Frames that are all alike say nothing, and neither does the copied source.
        let still = try EvaluationJob(models: [model], task: .reconstruction([clip("b", frames: 4, speed: 0)]), data: "d", size: size).run()
        #expect(value(still, .canonicalDifference, model: "tiny", mode: "absolute") == nil)
        #expect(value(report, .canonicalDifference, baseline: "copy") == nil)
    }

    @Test func crossIsEncodedAgain() throws {
        let size = Self.network.outputSize
        let report = try EvaluationJob(
            models: [model], task: .cross([clip("a", frames: 6), clip("b", frames: 5, speed: -2)]), data: "d", size: size
        ).run()
        #expect(report.clips.map(\.name) == ["a by b", "b by a"] && report.clips.map(\.frames) == [5, 6])
        // The source's own picture has its code, moves not at all, and does not shake.
        #expect(value(report, .identityDrift, model: "tiny", mode: "absolute", baseline: "copy") == 0)
        #expect(value(report, .jitter, model: "tiny", mode: "absolute", baseline: "copy") == 0)
        #expect(value(report, .motionJitter, model: "tiny", mode: "absolute", baseline: "copy") == 0)
        #expect(value(report, .motionCorrelation, model: "tiny", mode: "absolute", baseline: "copy") == nil)
        #expect(value(report, .identityDrift, model: "tiny", mode: "relative")! > 0)
        #expect((-1...1).contains(value(report, .motionCorrelation, model: "tiny", mode: "relative")!))
        #expect(throws: (any Error).self) {
            try EvaluationJob(models: [model], task: .cross([clip("a", frames: 3)]), data: "d", size: size).run()
        }
    }

    @Test func modelsAreComparedOnTheSameClips() throws {
        let size = Self.network.outputSize
        let clips = (0..<6).map { clip("\($0)", frames: 3, speed: 1 + Double($0)) }
        let other = LIA(Self.network.configuration, seed: 3)
        let report = try EvaluationJob(
            models: [model, PortraitModel(name: "same", network: Self.network), PortraitModel(name: "other", network: other)],
            task: .reconstruction(clips), data: "d", size: size
        ).run()
        func difference(_ name: String) throws -> EvaluationReport.Comparison.Difference {
            let found = report.comparisons.first { $0.first.model == name && $0.second.model == "tiny" }
            return try #require(found?.measures["l1"])
        }
        let same = try difference("same")
        #expect(same.estimate.mean == 0 && same.p == 1 && !same.isSignificant && same.favorsFirst == nil)
        let unlike = try difference("other")
        let (own, theirs) = (value(report, .l1, model: "tiny", mode: "absolute")!, value(report, .l1, model: "other", mode: "absolute")!)
        #expect(abs(unlike.estimate.mean - (theirs - own)) < 1e-12 && unlike.favorsFirst == (theirs < own))
        let text = EvaluationText(report).text
        #expect(text.contains("other absolute − tiny absolute") && text.contains("copy the source") && text.contains("L1 ↓"))
    }
}
