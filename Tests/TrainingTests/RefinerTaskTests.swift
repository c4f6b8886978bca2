import Checkpoints
import Foundation
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Runs that train a mouth refiner.
@Suite struct RefinerTaskTests {
    let speakers: TinySpeakers
    let portrait: String
    private var folder: TemporaryFolder { speakers.tiny.folder }

    init() throws {
        speakers = try TinySpeakers()
        portrait = speakers.tiny.folder.file("portrait.safetensors")
        let network = try speakers.tiny.trainer().task.network
        try SafetensorsFile.write(network.parameters.map { ($0.name, $0.value) }, as: .float32, to: portrait, overwrite: true)
    }

    private func configuration(_ changes: [(key: String, value: String)] = []) throws -> RefinerConfiguration {
        try .read(
            nil,
            changes: [
                ("channels", "2 3 4 4"), ("discriminator_channels", "2"), ("discriminator_most", "8"), ("portrait", portrait),
                ("landmarks", speakers.landmarks), ("groups", "1"), ("group_size", "2"), ("steps", "4"), ("adversarial_from", "1"),
                ("checkpoint_every", "2"), ("sheet_every", "4"), ("validate_every", "2"), ("validation_clips", "clip2"),
            ] + changes)
    }

    private func trainer(_ configuration: RefinerConfiguration) throws -> Trainer<RefinerTask> {
        try Trainer(configuration, task: RefinerTask(configuration, dataset: speakers.tiny.dataset))
    }

    /// Saved, loaded into a trainer that stood elsewhere, and gone on with: the same bits as never stopped.
    @Test func aResumedRunHasTheSameBits() throws {
        let c = try configuration(), alone = try trainer(c)
        for _ in 0..<4 { _ = try alone.advance() }
        let first = try trainer(c), path = folder.file("state.safetensors")
        for _ in 0..<2 { _ = try first.advance() }
        try first.save(to: path)
        let second = try trainer(c)
        _ = try second.advance()
        try second.resume(from: path)
        for _ in 2..<4 { _ = try second.advance() }
        #expect(second.bits == alone.bits)
        #expect(Set(try alone.advance().losses.keys) == ["l1", "perceptual", "adversarial", "discriminator"])
    }

    /// What held-out mouths are like is learned: a new network's are far from the truth, and a tenth so far after a few steps.
    @Test func heldOutMouthsComeNearerToTheTruth() throws {
        let c = try configuration([
            ("steps", "60"), ("learning_rate", "0.01"), ("warmup_steps", "5"), ("adversarial", "0"), ("average_decay", "0"),
            ("color", "0"), ("channels", "4 6 8 8"),
        ])
        let trainer = try trainer(c), first = try #require(try trainer.task.validation(weights: trainer.averagedWeights))
        for _ in 0..<60 { _ = try trainer.advance() }
        let last = try #require(try trainer.task.validation(weights: trainer.averagedWeights))
        #expect(last.isFinite && first.l1 > 0.05 && last.l1 < 0.1 * first.l1, "\(first.summary); \(last.summary)")
    }

    @Test func aRunShowsAndMeasuresMouths() throws {
        var measured: [RefinerValidation] = []
        let run = try TrainingRun(folder: folder.file("run"), configuration: configuration()) {
            try RefinerTask($0, dataset: speakers.tiny.dataset)
        }
        try run.run { if case .validated(_, let found) = $0 { measured.append(found) } }
        #expect(measured.count == 2 && measured.allSatisfy { $0.isFinite && $0.edges > 0 && $0.animatedEdges > 0 })
        #expect(FileManager.default.fileExists(atPath: folder.file("run/sheets/step-000004.png")))
    }

    @Test(arguments: [
        ("portrait", "", "data.portrait"), ("landmarks", "", "data.landmarks"), ("channels", "8 8 8", "network.channels"),
        ("accumulation", "2", "optimization.accumulation"), ("jitter", "0.5", "data.jitter"),
    ]) func badSettingsAreNamed(_ key: String, _ value: String, _ words: String) throws {
        let problem = #expect(throws: (any Error).self) { try configuration([(key, value)]) }
        #expect("\(try #require(problem))".contains(words))
    }

    @Test func aPortraitOfAnotherFamilyIsRefused() throws {
        let file = folder.file("other.safetensors"), other = MouthRefiner(channels: [2, 3, 4, 4], seed: 1)
        try SafetensorsFile.write(other.parameters.map { ($0.name, $0.value) }, as: .float32, to: file, overwrite: true)
        let problem = #expect(throws: (any Error).self) { try trainer(configuration([("portrait", file)])) }
        #expect("\(try #require(problem))".contains("no model of LIA"))
    }
}
