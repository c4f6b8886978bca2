import Checkpoints
import Foundation
import ModelLibrary
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Runs that train a First Order Motion Model.
@Suite struct FirstOrderTaskTests {
    let tiny: TinyTraining

    init() throws { tiny = try TinyTraining() }

    private func configuration(_ changes: [(key: String, value: String)] = []) throws -> FirstOrderTrainingConfiguration {
        try .read(
            nil,
            changes: [
                ("size", "32"), ("points", "3"), ("network.scale", "2"), ("detector_channels", "4"), ("detector_levels", "2"),
                ("motion_channels", "4"), ("motion_levels", "2"), ("hourglass_most", "12"), ("network.channels", "6"), ("levels", "1"),
                ("residual_blocks", "1"), ("steps", "6"), ("pairs", "3"), ("puppets", "0.4"), ("pseudo_motion", "0.3"),
                ("warmup_steps", "1"), ("checkpoint_every", "2"), ("sheet_every", "6"), ("validate_every", "3"),
                ("validation_clips", "clip2"),
            ] + changes)
    }

    private static let adversarial = [
        ("adversarial", "1"), ("adversarial_from", "2"), ("spectral", "true"), ("discriminator_channels", "4"),
        ("discriminator_blocks", "2"),
        ("discriminator_scales", "1 0.5"),
    ].map { (key: $0.0, value: $0.1) }

    private func trainer(_ configuration: FirstOrderTrainingConfiguration) throws -> Trainer<FirstOrderTask> {
        try Trainer(configuration, task: FirstOrderTask(configuration, dataset: tiny.dataset))
    }

    private func bits(_ trainer: Trainer<FirstOrderTask>) -> [UInt32] {
        let task = trainer.task, parameters = task.parameters + (task.auxiliary?.parameters ?? [])
        return (parameters.map(\.value) + trainer.averagedWeights).flatMap { $0.values.map(\.bitPattern) }
    }

    /// Saved, loaded into a trainer that stood elsewhere, and gone on with: the same bits as never stopped, running statistics and the
    /// discriminator's vectors too.
    @Test(arguments: [false, true]) func aResumedRunHasTheSameBits(adversarial: Bool) throws {
        let c = try configuration(adversarial ? Self.adversarial : [])
        let alone = try trainer(c)
        for _ in 0..<6 { _ = try alone.advance() }
        let first = try trainer(c), path = tiny.folder.file("state.safetensors")
        for _ in 0..<3 { _ = try first.advance() }
        try first.save(to: path)
        let second = try trainer(c)
        _ = try second.advance()
        try second.resume(from: path)
        for _ in 3..<6 { _ = try second.advance() }
        #expect(bits(second) == bits(alone))
        let record = try alone.advance()
        #expect(Set(record.losses.keys).isSuperset(of: ["perceptual", "equivariance_value", "equivariance_jacobian"]))
        #expect((record.losses["discriminator"] != nil) == adversarial && (record.losses["feature_matching"] != nil) == adversarial)
    }

    /// Running statistics follow the batches, and are no learned parameters; what never changes stays.
    @Test func runningStatisticsFollowAndAreNotOptimized() throws {
        let trainer = try trainer(configuration()), parameters = trainer.task.parameters
        let before = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value.values) })
        _ = try trainer.advance()
        for parameter in parameters {
            let isFixed = parameter.name.hasSuffix("down.weight")
            #expect((parameter.value.values == before[parameter.name]!) == isFixed, "\(parameter.name)")
        }
        let path = tiny.folder.file("state.safetensors")
        try trainer.save(to: path)
        let names = try Checkpoint.open(path).entries.map(\.name)
        #expect(!names.contains { $0.hasPrefix("adam") && $0.contains("running") })
        #expect(names.contains("average.generator.first.norm.running_mean"))
    }

    /// It learns: on one motion, the losses fall.
    @Test func theLossFalls() throws {
        let c = try configuration([("steps", "60"), ("pairs", "4"), ("learning_rate", "0.002"), ("puppets", "0"), ("warp", "0")])
        let trainer = try trainer(c)
        let records = try (0..<60).map { _ in try trainer.advance() }
        func mean(_ records: ArraySlice<StepRecord>) -> Double { records.reduce(0) { $0 + $1.total } / Double(records.count) }
        #expect(mean(records[50...]) < 0.6 * mean(records[..<5]), "\(mean(records[..<5])) → \(mean(records[50...]))")
    }

    /// A run has its record, and what it leaves is a network that animates.
    @Test func aRunLeavesANetwork() throws {
        let run = try TrainingRun(folder: tiny.folder.file("run"), configuration: configuration()) {
            try FirstOrderTask($0, dataset: tiny.dataset)
        }
        var validations: [Validation] = []
        try run.run { if case .validated(_, let validation) = $0 { validations.append(validation) } }
        #expect(validations.count == 2 && validations.allSatisfy { $0.frames > 0 && $0.psnr.isFinite })
        #expect(FileManager.default.fileExists(atPath: tiny.folder.file("run/sheets/step-000006.png")))
        #expect(try TrainedFamilies.task(resuming: tiny.folder.file("run")) == FirstOrderTask.self)
        let checkpoint = try Checkpoint.open(RunFolder(tiny.folder.file("run")).checkpoint)
        let network = try Families.network(
            checkpoint.under(TrainingCheckpoint.average), settings: TrainedFamilies.modelSettings(of: checkpoint))
        try ModelFolder.write(
            network, usesDetail: false, to: tiny.folder.file("model"), weights: .float32, origin: "trained", overwrite: false)
        let model = try ModelFolder(path: tiny.folder.file("model")).model(), frame = Tensor(tiny.dataset.picture(3))
        let own = try #require(model.network as? FirstOrderMotionModel)
        #expect(own.networks.configuration == run.trainer.task.networks.configuration && own.inputSize == 32)
        let expected = run.trainer.task.network(weights: run.trainer.averagedWeights)
        func moved(_ network: FirstOrderMotionModel) -> Tensor {
            network.encode(Tensor(tiny.dataset.picture(0))).picture(network.read(frame).motion)
        }
        #expect(Difference(moved(own), moved(expected)).isWithin(1e-5))
    }

    @Test func settingsChooseTheFamily() throws {
        #expect(try TrainedFamilies.task(settings: nil) == LIATask.self)
        #expect(try TrainedFamilies.task(settings: nil, changes: [("family", "fomm")]) == FirstOrderTask.self)
        let path = tiny.folder.file("settings.json")
        try #"{"family": "fomm", "network": {"points": 5}}"#.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try TrainedFamilies.task(settings: path) == FirstOrderTask.self)
        #expect(try TrainedFamilies.task(settings: path, changes: [("family", "lia")]) == LIATask.self)
        #expect { try TrainedFamilies.task(settings: nil, changes: [("family", "gan")]) } throws: {
            "\($0)".contains("family: expected one of lia, fomm, dinet, syncnet, speech, refiner, found gan")
        }
        #expect { try LIATrainingConfiguration.read(path) } throws: {
            "\($0)".contains("family: expected lia, found fomm") || "\($0)".contains("network.points")
        }
        // The authors' own Adam, unless a file says otherwise.
        let c = try FirstOrderTrainingConfiguration.read(path)
        #expect(c.optimization.learningRate == 2e-4 && c.optimization.beta1 == 0.5 && c.network.points == 5)
        #expect(try LIATrainingConfiguration.read(nil).optimization.learningRate == 0.002)
    }

    /// A batch has one mean and one variance, which processes that share it would not know.
    @Test func severalProcessesAreRefused() throws {
        final class Pair: ProcessGroup {
            let rank = 0, size = 2
            func sum(_ values: UnsafeMutablePointer<Float>, count: Int) {}
            func finish() {}
        }
        let c = try configuration()
        #expect { try FirstOrderTask(c, dataset: tiny.dataset, processes: Pair()) } throws: { "\($0)".contains("start lia without mpirun") }
    }

    @Test(arguments: [
        ("size", "40", "network: "), ("scales", "1 0.3", "losses.scales: "),
        ("discriminator_scales", "0.125", "network.discriminator_scales: "),
        ("perceptual", "0", "losses.perceptual: "),
    ]) func wrongSettingsAreRefused(_ key: String, _ value: String, _ message: String) {
        let changes = [(key, value)] + (key == "discriminator_scales" ? [("losses.scales", "1 0.5")] : [])
        #expect { try FirstOrderTrainingConfiguration.read(nil, changes: changes) } throws: { "\($0)".contains(message) }
    }
}
