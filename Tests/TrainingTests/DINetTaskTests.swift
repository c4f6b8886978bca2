import Checkpoints
import Faces
import Foundation
import ModelLibrary
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Runs that train a DINet, and the SyncNet beside it.
@Suite struct DINetTaskTests {
    let speakers: TinySpeakers
    private var folder: TemporaryFolder { speakers.tiny.folder }

    init() throws { speakers = try TinySpeakers() }

    private func configuration(_ changes: [(key: String, value: String)] = []) throws -> DINetTrainingConfiguration {
        try .read(
            nil,
            changes: [
                ("mouth_size", "64"), ("divisor", "16"), ("references", "2"), ("discriminator_channels", "2"), ("discriminator_most", "8"),
                ("steps", "4"), ("samples", "4"), ("landmarks", speakers.landmarks), ("puppets", "0.3"), ("single_reference", "0.5"),
                ("l1", "1"), ("lips", "1"), ("learning_rate", "0.001"), ("adversarial_from", "1"), ("checkpoint_every", "2"),
                ("sheet_every", "4"), ("validate_every", "2"), ("validation_clips", "clip2"),
            ] + changes)
    }

    private func trainer(_ configuration: DINetTrainingConfiguration) throws -> Trainer<DINetTask> {
        try Trainer(configuration, task: DINetTask(configuration, dataset: speakers.tiny.dataset))
    }

    /// A SyncNet of a few steps.
    private func syncNet() throws -> String {
        let path = folder.file("sync")
        if FileManager.default.fileExists(atPath: path) { return path }
        let configuration = try SyncNetConfiguration.read(
            nil,
            changes: [
                ("mouth_size", "64"), ("divisor", "16"), ("samples", "4"), ("steps", "2"), ("landmarks", speakers.landmarks),
                ("puppets", "0.5"), ("validation_clips", "clip2"), ("validate_every", "2"),
            ])
        let run = try TrainingRun(folder: path, configuration: configuration) { try SyncNetTask($0, dataset: speakers.tiny.dataset) }
        var validations: [SyncNetValidation] = []
        try run.run { if case .validated(_, let found) = $0 { validations.append(found) } }
        #expect(validations.count == 1 && validations[0].isFinite && (0...1).contains(validations[0].accuracy))
        return path
    }

    /// Saved, loaded into a trainer that stood elsewhere, and gone on with: the same bits as never stopped.
    @Test(arguments: ["frame", "clip"]) func aResumedRunHasTheSameBits(_ stage: String) throws {
        let c = try configuration(stage == "clip" ? [("stage", "clip"), ("samples", "2"), ("sync_network", syncNet())] : [])
        let alone = try trainer(c)
        for _ in 0..<4 { _ = try alone.advance() }
        let first = try trainer(c), path = folder.file("state.safetensors")
        for _ in 0..<2 { _ = try first.advance() }
        try first.save(to: path)
        let second = try trainer(c)
        _ = try second.advance()
        try second.resume(from: path)
        for _ in 2..<4 { _ = try second.advance() }
        #expect(second.bits == alone.bits)
        let losses = Set(try alone.advance().losses.keys), clip: Set<String> = stage == "clip" ? ["sync", "adversarial_clip"] : []
        #expect(losses == clip.union(["perceptual", "l1", "lips", "adversarial", "discriminator"]))
    }

    /// The network of the face mesh sees a mouth that is to be painted open, and is no part of what learns.
    @Test func theMeshIsSeenInWhatIsPainted() throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders))
        let mesh = [("mesh", "1"), ("mesh_network", folder + "/face_landmark.tflite"), ("mesh_openings", "12")]
        let plain = try trainer(configuration()), seen = try trainer(configuration(mesh))
        #expect(seen.task.parameters.count == plain.task.parameters.count)
        let (own, others) = try (seen.advance(), plain.advance())
        let value = try #require(own.losses["mesh"])
        #expect(value > 0 && others.losses["mesh"] == nil && abs(own.total - others.total - value) < 1e-4 * own.total)
        #expect(seen.bits != plain.bits)
        #expect { try trainer(configuration([("mesh", "1")])) } throws: { "\($0)".contains("losses.mesh_network") }
    }

    /// Colours that keep their brightness change the picture's losses, and not what the mesh sees.
    @Test func theMeshSeesNoColours() throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders)), layout = MouthLayout(side: 64)
        let c = try configuration([
            ("mesh", "1"), ("mesh_network", folder + "/face_landmark.tflite"), ("adversarial", "0"), ("puppets", "1"), ("samples", "2"),
        ])
        let task = try DINetTask(c, dataset: speakers.tiny.dataset), batch = try #require(task.nextBatches(step: 0).first)
        // Of the square that the network does not see.
        let pictures = Tensor(batch.pictures.values, batch.pictures.shape), to = pictures.mutablePointer
        let size = layout.width * layout.height, hidden = Tensor(repeating: 1, [3, layout.height, layout.width])
        layout.mask(hidden.mutablePointer)
        for sample in 0..<2 {
            for pixel in 0..<size where hidden.values[pixel] == 0 {
                to[3 * sample * size + pixel] += 0.114 / 0.299 * 0.2
                to[(3 * sample + 2) * size + pixel] -= 0.2
            }
        }
        let other = DINetBatch(
            pictures: pictures, references: batch.references, sound: batch.sound, lips: batch.lips, clipSound: nil, flow: batch.flow)
        func losses(_ batch: DINetBatch) -> [String: Float] {
            Dictionary(uniqueKeysWithValues: task.losses(batch, step: 0).terms.map { ($0.name, $0.value.values[0]) })
        }
        let (own, others) = (losses(batch), losses(other))
        #expect(abs(own["mesh"]! - others["mesh"]!) < 1e-3 * own["mesh"]! && abs(own["l1"]! - others["l1"]!) > 1e-3)
    }

    /// Mouths that are open are met more often, as far as `openings` says, and shut ones, as far as `closings` says.
    @Test func openAndShutMouthsAreMetMoreOften() throws {
        func opening(_ key: String, _ fraction: String) throws -> Float {
            let c = try configuration([("puppets", "0"), (key, fraction), ("samples", "32")])
            let sound = try #require(try DINetTask(c, dataset: speakers.tiny.dataset).nextBatches(step: 0).first).sound
            return (0..<32).reduce(0) { $0 + sound.values[$1 * sound.shape[1] * 5 + 2] } / 32
        }
        let any = try opening("openings", "0"), shut = try opening("closings", "1")
        #expect(try opening("openings", "1") > 1.25 * any)
        #expect(shut < 0.8 * any, "\(shut) of \(any)")
    }

    @Test func mouthsDoNotOpenAndShutAtOnce() throws {
        #expect(throws: SettingError.self) { try configuration([("openings", "0.6"), ("closings", "0.5")]) }
    }

    /// Running statistics follow the batches, and are no learned parameters.
    @Test func runningStatisticsFollowAndAreNotOptimized() throws {
        let trainer = try trainer(configuration()), parameters = trainer.task.parameters
        let before = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value.values) })
        _ = try trainer.advance()
        for parameter in parameters where parameter.isBuffer {
            #expect(parameter.value.values != before[parameter.name]!, "\(parameter.name)")
        }
        let path = folder.file("state.safetensors")
        try trainer.save(to: path)
        #expect(try !Checkpoint.open(path).entries.contains { $0.name.hasPrefix("adam") && $0.name.contains("running") })
    }

    /// The discriminators learn before the network does, and the network from what they have become.
    @Test func discriminatorsLearnFirst() throws {
        let c = try configuration([("adversarial_from", "0")]), trainer = try trainer(c)
        let before = trainer.task.auxiliary!.parameters.map(\.value.values)
        var judged: [[Float]] = []
        _ = try trainer.advance()
        judged = trainer.task.auxiliary!.parameters.map(\.value.values)
        #expect(zip(before, judged).contains { $0 != $1 })
        // Adam's first step is as long as its rate, whatever the gradient: it was taken once.
        let longest = zip(before, judged).flatMap { zip($0, $1).map { abs($0 - $1) } }.max()!
        #expect(abs(longest - 0.001) < 1e-5, "\(longest)")
    }

    @Test func theLossFalls() throws {
        let c = try configuration([("steps", "40"), ("learning_rate", "0.003"), ("adversarial", "0"), ("puppets", "0")])
        let trainer = try trainer(c)
        let records = try (0..<40).map { _ in try trainer.advance() }
        func mean(_ records: ArraySlice<StepRecord>) -> Double { records.reduce(0) { $0 + $1.total } / Double(records.count) }
        #expect(mean(records[35...]) < 0.6 * mean(records[..<5]), "\(mean(records[..<5])) → \(mean(records[35...]))")
    }

    /// A run has its record, and what it leaves is a model that knows its mouth's size and what it hears.
    @Test(arguments: ["false", "true"]) func aRunLeavesAModel(_ skips: String) throws {
        let run = try TrainingRun(folder: folder.file("run"), configuration: configuration([("skips", skips)])) {
            try DINetTask($0, dataset: speakers.tiny.dataset)
        }
        var validations: [DINetValidation] = []
        try run.run { if case .validated(_, let validation) = $0 { validations.append(validation) } }
        #expect(validations.count == 2 && validations.allSatisfy { ($0.films?.frames ?? 0) == 4 && ($0.drawn?.frames ?? 0) == 12 })
        #expect(FileManager.default.fileExists(atPath: folder.file("run/sheets/step-000004.png")))
        #expect(try TrainedFamilies.task(resuming: folder.file("run")) == DINetTask.self)
        let checkpoint = try Checkpoint.open(RunFolder(folder.file("run")).checkpoint)
        let network = try Families.network(
            checkpoint.under(TrainingCheckpoint.average), settings: TrainedFamilies.modelSettings(of: checkpoint))
        try ModelFolder.write(
            network, usesDetail: false, to: folder.file("model"), weights: .float32, origin: "trained", overwrite: false)
        let own = try #require(try ModelFolder(path: folder.file("model")).model().network as? DINet)
        #expect(own.mouthSize == 64 && own.sound == .mouth && own.soundValues == 3 && own.referenceCount == 2)
        let (found, settings) = try #require(TrainedFamilies.task(of: own))
        #expect(found == DINetTask.self)
        let again = try DINetTrainingConfiguration.read(nil, changes: settings + [("puppets", "1")])
        #expect(again.network.measures == own.generator.configuration)
        #expect(String(own.generator.configuration.skips) == skips && (own.authorsCheckpoint == nil) == (skips == "true"))
        #expect(
            try DINetTask(again, dataset: speakers.tiny.dataset, initial: own).generator.parameters[0].value.values
                == own.generator.parameters[0].value.values)
    }

    /// Letters come from files beside the clips, a row each 25th of a second.
    @Test func lettersAreReadFromAFolder() throws {
        let features = folder.file("features")
        try FileManager.default.createDirectory(atPath: features, withIntermediateDirectories: false)
        let changes = [("sound", "letters"), ("features", features), ("puppets", "0"), ("adversarial", "0")]
        let c = try configuration(changes)
        #expect { try trainer(c) } throws: { "\($0)".contains("clip0.npy") && "\($0)".contains("no such file") }
        for clip in 0..<3 {
            let rows = (0..<8).map { row in (0..<29).map { String(($0 + row + clip) % 5) }.joined(separator: ",") }
            try rows.joined(separator: "\n").write(toFile: features + "/clip\(clip).npy", atomically: true, encoding: .utf8)
        }
        #expect(try trainer(c).advance().total.isFinite)
    }

    @Test(arguments: [
        ("mouth_size", "48", "network.mouth_size: "), ("divisor", "3", "network.divisor: "), ("sound", "letters", "data.features: "),
        ("accumulation", "2", "optimization.accumulation: "), ("stage", "clip", "losses.sync_network: "),
        ("landmarks", "", "data.landmarks: "), ("features", "x", "data.features: "), ("mouth_size", "32", "at least 64"),
    ]) func wrongSettingsAreRefused(_ key: String, _ value: String, _ message: String) {
        #expect { try configuration([(key, value)]) } throws: { "\($0)".contains(message) }
    }
}
