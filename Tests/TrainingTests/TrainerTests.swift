import Checkpoints
import Files
import Foundation
import Media
import Networks
import Operators
import Puppets
import Tensors
import Testing
import TestSupport
import Training

/// Whole training steps of a tiny network.
@Suite struct TrainerTests {
    let tiny: TinyTraining
    private var folder: TemporaryFolder { tiny.folder }
    private var dataset: Dataset { tiny.dataset }

    init() throws { tiny = try TinyTraining() }

    private func configuration(_ change: (inout LIATrainingConfiguration) -> Void = { _ in }) -> LIATrainingConfiguration {
        tiny.configuration(change)
    }

    private func trainer(_ change: (inout LIATrainingConfiguration) -> Void = { _ in }) throws -> Trainer<LIATask> {
        try tiny.trainer(change)
    }

    private func weights(_ trainer: Trainer<LIATask>) -> [[UInt32]] {
        trainer.task.network.parameters.map { $0.value.values.map(\.bitPattern) }
    }

    @Test func theLossFalls() throws {
        let trainer = try trainer { $0.steps = 60 }
        var totals: [Double] = []
        for _ in 0..<60 { totals.append(try trainer.advance().losses["l1"]!) }
        let (early, late) = (totals.prefix(10).reduce(0, +), totals.suffix(10).reduce(0, +))
        #expect(late < 0.8 * early, "\(early / 10) to \(late / 10)")
    }

    /// With the source's detail the untrained network, which neither moves nor changes anything, copies its source exactly.
    @Test func detailIsLearnedWith() throws {
        let trainer = try trainer { ($0.network.detail, $0.steps, $0.data.groupSize) = (true, 60, 4) }
        let frames = Tensor(dataset.picture(0)), other = Tensor(dataset.picture(3))
        let network = trainer.task.network
        let portrait = DetailedPortrait(network.encode(frames), of: frames, network: network)
        let copied = portrait.picture(network.encode(driving: other))
        #expect(zip(copied.values, frames.values).allSatisfy { abs($0 - $1) < 0.02 })
        var totals: [Double] = []
        for _ in 0..<60 { totals.append(try trainer.advance().losses["l1"]!) }
        let (early, late) = (totals.prefix(10).reduce(0, +), totals.suffix(10).reduce(0, +))
        #expect(late < 0.8 * early, "\(early / 10) to \(late / 10)")
    }

    @Test func trainingStartsFromCopyingTheSource() throws {
        let trainer = try trainer()
        for parameter in trainer.task.network.parameters where parameter.name.hasPrefix("dec.to_flows.") {
            if parameter.name.hasSuffix("conv.weight") { #expect(parameter.value.values.allSatisfy { $0 == 0 }) }
        }
        #expect(trainer.task.network.parameters.first { $0.name == "dec.to_flows.0.bias" }?.value.values == [0, 0, 2])
        let paper = try self.trainer { $0.network.startsFromCopy = false }
        #expect(paper.task.network.parameters.first { $0.name == "dec.to_flows.0.conv.weight" }!.value.values.contains { $0 != 0 })
    }

    /// Each network of the ablations starts from copying, learns, and goes on only as what it is.
    @Test(arguments: [("free", true), ("none", true), ("orthonormal", false)])
    func variantsLearn(_ dictionary: String, _ masks: Bool) throws {
        let trainer = try trainer {
            ($0.network.dictionary, $0.network.masks) = (dictionary, masks)
            $0.losses.sparsity = 0.01
            $0.steps = 60
        }
        let bias = try #require(trainer.task.network.parameters.first { $0.name == "dec.to_flows.0.bias" })
        #expect(bias.value.values == (masks ? [0, 0, 2] : [0, 0]))
        var totals: [Double] = []
        for _ in 0..<60 { totals.append(try trainer.advance().losses["l1"]!) }
        let (early, late) = (totals.prefix(10).reduce(0, +), totals.suffix(10).reduce(0, +))
        #expect(late < 0.8 * early, "\(early / 10) to \(late / 10)")
        try trainer.save(to: folder.file("variant.safetensors"))
        let other = try self.trainer()
        #expect { try other.resume(from: folder.file("variant.safetensors")) } throws: { "\($0)".contains("other settings") }
    }

    /// Frozen parameters stay to the bit, also over a resumed run, and the others learn.
    @Test func frozenParametersStay() throws {
        func change(_ c: inout LIATrainingConfiguration) { c.optimization.frozen = "enc.net_app,dec.direction" }
        let trainer = try trainer(change)
        let before = weights(trainer)
        for _ in 0..<3 { _ = try trainer.advance() }
        for (parameter, old) in zip(trainer.task.network.parameters, before) {
            let isFrozen = parameter.name.hasPrefix("enc.net_app") || parameter.name.hasPrefix("dec.direction")
            #expect((parameter.value.values.map(\.bitPattern) == old) == isFrozen, "\(parameter.name)")
        }
        try trainer.save(to: folder.file("frozen.safetensors"))
        let resumed = try self.trainer(change)
        try resumed.resume(from: folder.file("frozen.safetensors"))
        _ = try trainer.advance()
        _ = try resumed.advance()
        #expect(weights(resumed) == weights(trainer))
        #expect { try self.trainer { $0.optimization.frozen = "enc,dec" } } throws: { "\($0)".contains("frozen") }
    }

    /// A run that was saved, and loaded into a trainer that stood elsewhere, ends with the bits of one that never stopped.
    @Test(arguments: [false, true]) func aResumedRunHasTheSameBits(adversarial: Bool) throws {
        func change(_ c: inout LIATrainingConfiguration) {
            if adversarial {
                (c.losses.adversarial, c.losses.adversarialFrom) = (0.1, 2)
                (c.data.puppets, c.data.expressions) = (0.5, 0.5)
            }
        }
        let alone = try trainer(change)
        for _ in 0..<7 { _ = try alone.advance() }
        for stop in [1, 3, 6] {
            let first = try trainer(change)
            for _ in 0..<stop { _ = try first.advance() }
            try first.save(to: folder.file("state.safetensors"))
            let second = try trainer(change)
            _ = try second.advance()
            try second.resume(from: folder.file("state.safetensors"))
            #expect(second.step == stop)
            for _ in stop..<7 { _ = try second.advance() }
            #expect(weights(second) == weights(alone))
            #expect(second.averagedNetwork().parameters.map(\.value.values) == alone.averagedNetwork().parameters.map(\.value.values))
        }
    }

    /// Two accumulated halves of a batch have the gradient of the whole.
    @Test func accumulationAveragesGradients() throws {
        // With one group a step, two accumulated ones are the groups that one step of two has.
        let whole = try trainer {
            ($0.data.groups, $0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (2, 0, 0)
            ($0.optimization.accumulation, $0.optimization.clipNorm) = (1, 0)
        }
        let halves = try trainer {
            ($0.data.groups, $0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (1, 0, 0)
            ($0.optimization.accumulation, $0.optimization.clipNorm) = (2, 0)
        }
        let (a, b) = (try whole.advance(), try halves.advance())
        #expect(abs(a.total - b.total) < 1e-5 * abs(a.total))
        #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-4 * a.gradientNorm)
    }

    @Test func aLossThatIsNoNumberStopsWithTheStepNamed() throws {
        let trainer = try trainer()
        _ = try trainer.advance()
        let parameter = trainer.task.network.parameters[3]
        parameter.value = Tensor(repeating: .nan, parameter.shape)
        #expect { try trainer.advance() } throws: { ($0 as? Divergence)?.step == 2 && "\($0)".contains("learning_rate") }
        #expect(trainer.step == 1)
    }

    @Test func aDependentDirectionStopsWithItsNumber() throws {
        let trainer = try trainer()
        let parameter = try #require(trainer.task.parameters.first { $0.name == "dec.direction.weight" })
        let columns = parameter.shape[1], values = parameter.value.values
        #expect(trainer.task.weightProblem == nil)
        // The third column is now the first.
        parameter.value = Tensor(values.indices.map { values[$0 % columns == 2 ? $0 - 2 : $0] }, parameter.shape)
        #expect { try trainer.advance() } throws: {
            "\($0)".hasPrefix("step 1: direction 3 of the motion dictionary") && !"\($0)".contains("\n")
        }
        #expect(trainer.step == 0)
    }

    /// Fine-tuning starts from the given weights to the bit, not from a copy of the source, and so does their average.
    @Test func fineTuningStartsFromTheGivenWeights() throws {
        let initial = LIA(configuration().network.measures, seed: 77)
        let trainer = try tiny.trainer(initial: initial)
        let expected = initial.parameters.map { $0.value.values.map(\.bitPattern) }
        #expect(weights(trainer) == expected)
        #expect(trainer.averagedNetwork().parameters.map { $0.value.values.map(\.bitPattern) } == expected)
        #expect(try weights(self.trainer()) != expected)
    }

    /// Drawn people teach the flow too: their known motion between two poses is what the pictures show.
    @Test func puppetGroupsAreTrainedOn() throws {
        let trainer = try trainer {
            ($0.data.puppets, $0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (1, 0, 0)
            $0.steps = 30
        }
        var flows: [Double] = []
        for _ in 0..<30 { flows.append(try trainer.advance().losses["flow"]!) }
        #expect(flows.allSatisfy { $0 > 0 && $0.isFinite })
        // The run does not depend on the data, which it never reads.
        let other = try Trainer.of(
            configuration {
                ($0.data.puppets, $0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (1, 0, 0)
                $0.steps = 30
            },
            dataset: dataset, clips: [1])
        #expect(try other.advance().losses["flow"] == flows[0])
    }

    /// An untrained network moves nothing, so that its errors are the known ways w themselves: with equal weights their mean is E[w], with
    /// weights that go by the way E[w²]/E[w], which is more; between the two the loss is linear.
    @Test func flowCountsWhereThingsMove() throws {
        let losses = try [0, 0.5, 1].map { part in
            try trainer {
                ($0.data.puppets, $0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (1, 0, 0)
                $0.losses.flowMoving = part
            }.advance().losses["flow"]!
        }
        #expect(losses[2] > 1.02 * losses[0] && abs(losses[1] - (losses[0] + losses[2]) / 2) < 1e-5 * losses[1], "\(losses)")
    }

    /// Two people in the same poses, each rebuilt from an own picture with the other's motion.
    @Test func pairsOfDrawnPeopleMoveAlike() throws {
        var random = RandomSource(seed: 7)
        let choice = PuppetGroup.choose(count: 4, isPair: true, using: &random)
        let group = PuppetGroup(choice)
        #expect(choice.people.count == 2 && choice.poses.count == 2 && choice.people[0] != choice.people[1])
        let pictures = group.pictures(size: 64)
        for person in 0..<2 {
            for pose in 0..<2 {
                var drawn = choice.poses[pose]
                drawn.scale *= 1.25
                let expected = Puppet(seed: choice.people[person]).draw(drawn, size: 64)
                let own = pictures.items(person * 2 + pose..<person * 2 + pose + 1)
                #expect(Picture(own).pixels == expected.pixels)
            }
        }
        let frames = FrameGroup(
            pictures: pictures, people: 2, identity: "puppet", clip: nil, frames: [], knownMotion: group)
        let batch = LIABatch([frames, frames], sources: [.away(1), .away(1)], isRelative: [false, false])
        #expect(batch.sources == [1, 0, 3, 2, 5, 4, 7, 6])
        #expect(batch.drivings == [2, 3, 0, 1, 6, 7, 4, 5])
        #expect(batch.references == batch.sources)
        let own = LIABatch([frames, frames], sources: [.frame(1), .frame(0)], isRelative: [true, false])
        #expect(own.sources == [1, 1, 3, 3, 4, 4, 6, 6])
        #expect(own.drivings == [2, 1, 0, 3, 4, 7, 6, 5])
        // The other in the source's pose; nobody for the source itself and where magnitudes are taken as they are.
        #expect(own.references == [3, 1, 1, 3, 4, 4, 6, 6])
        // A step learns from such groups.
        let trainer = try trainer {
            ($0.data.groupSize, $0.data.puppets, $0.data.crossIdentity, $0.data.crossRelative) = (4, 1, 1, 0.5)
            ($0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (0, 0)
        }
        let record = try trainer.advance()
        #expect(record.losses["flow"]! > 0 && record.total.isFinite)
        #expect { try LIATrainingConfiguration.read(nil, changes: [("cross_identity", "0.5"), ("group_size", "3")]) } throws: {
            "\($0)".contains("group_size") && "\($0)".contains("even")
        }
    }

    /// Where only the face is to move, the head stays and everything else changes.
    @Test func facesMoveOnStillHeads() {
        var random = RandomSource(seed: 3)
        let choice = PuppetGroup.choose(count: 40, isStill: true, using: &random)
        for (index, part) in PuppetPose.parts.enumerated() {
            let values = choice.poses.map { $0[keyPath: part.value] }
            if index < PuppetPose.headParts {
                #expect(Set(values).count == 1, "\(part.name)")
            } else {
                #expect(values.max()! - values.min()! > 0.7 * (part.natural.upperBound - part.natural.lowerBound), "\(part.name)")
            }
        }
    }

    /// What is given replaces what the encoder reads: with the magnitudes of the driving frames the pictures are as driven, and with
    /// those of the source it is rebuilt as it is.
    @Test func knownMotionStandsInForTheEncoders() throws {
        let network = LIA(configuration().network.measures, seed: 5), count = 6
        let frames = Tensor((0..<3 * 3 * 32 * 32).map { sin(Float($0) * 0.37) }, [3, 3, 32, 32])
        func pictures(drivings: [Int], given: [Reconstruction.Given] = []) -> Reconstruction {
            Reconstruction(
                network, frames: frames, sources: [1, 1, 1], drivings: drivings, references: [1, 1, 1], given: given, detail: false)
        }
        let plain = pictures(drivings: [0, 1, 2]), still = pictures(drivings: [1, 1, 1])
        func difference(_ a: Reconstruction, _ b: Reconstruction) -> Float {
            zip(a.pictures.values, b.pictures.values).map { abs($0 - $1) }.max()!
        }
        #expect(difference(plain, still) > 0.01)
        let magnitudes = plain.magnitudes.values
        func given(_ magnitude: (_ frame: Int, _ direction: Int) -> Float) -> [Reconstruction.Given] {
            (0..<3).flatMap { frame in (0..<count).map { .init(frame: frame, direction: $0, magnitude: magnitude(frame, $0)) } }
        }
        let same = pictures(drivings: [1, 1, 1], given: given { magnitudes[$0 * count + $1] })
        #expect(difference(same, plain) < 1e-4)
        #expect(difference(pictures(drivings: [0, 1, 2], given: given { magnitudes[count + $1] }), still) < 1e-4)
        // The amount of a pose's part, or of the mean of several.
        var pose = PuppetPose()
        (pose.blinkLeft, pose.blinkRight, pose.scale) = (0.25, 0.75, 1.2)
        let lids = try #require(KnownDirection("blink_left+blink_right:7:12", directions: 20))
        let size = try #require(KnownDirection("scale:2:10", directions: 20))
        #expect(lids.magnitude(pose) == 6 && abs(size.magnitude(pose) - 2) < 1e-5)
        pose.blinkLeft = .nan
        #expect(lids.magnitude(pose).isNaN)
        let trainer = try trainer { c in
            (c.data.puppets, c.data.expressions) = (1, 1)
            c.network.knownParts = "mouth_open:6:3.5 brows:2:1"
            (c.data.groupSize, c.data.pseudoMotionStart, c.data.pseudoMotionEnd) = (4, 0, 0)
        }
        let ignorant = try self.trainer { c in
            (c.data.puppets, c.data.expressions, c.data.groupSize, c.data.pseudoMotionStart, c.data.pseudoMotionEnd) = (1, 1, 4, 0, 0)
        }
        for _ in 0..<3 { #expect(try trainer.advance().total.isFinite && ignorant.advance().total.isFinite) }
        #expect(weights(trainer) != weights(ignorant))
    }

    /// The finest mask closes inside mouths that open, and not where nothing says so.
    @Test func masksCloseInsideOpeningMouths() throws {
        func masks(_ closing: Double) throws -> Double {
            let trainer = try trainer { c in
                (c.data.puppets, c.data.expressions, c.data.groupSize, c.data.pseudoMotionStart, c.data.pseudoMotionEnd) = (1, 1, 4, 0, 0)
                (c.losses.l1, c.losses.perceptual, c.losses.flowStart, c.losses.flowEnd, c.losses.closing) = (0.01, 0, 0, 0, closing)
                c.optimization.learningRate = 0.01
            }
            var last = 0.0
            for _ in 0..<12 { last = try trainer.advance().losses["closing"]! }
            return last
        }
        let (weak, strong) = (try masks(1e-6), try masks(10))
        #expect(weak > 0.1 && strong < 0.7 * weak, "\(weak), \(strong)")
    }

    /// What is inside a mouth that opens is learned where it counts.
    @Test func theInsideOfOpeningMouthsIsLearned() throws {
        func difference(_ inside: Double) throws -> Double {
            let trainer = try trainer { c in
                (c.data.puppets, c.data.expressions, c.data.groupSize, c.data.pseudoMotionStart, c.data.pseudoMotionEnd) = (1, 1, 4, 0, 0)
                (c.losses.l1, c.losses.perceptual, c.losses.flowStart, c.losses.flowEnd, c.losses.inside) = (1e-6, 0, 0, 0, inside)
                c.optimization.learningRate = 0.003
            }
            return try (0..<120).map { _ in try trainer.advance().losses["inside"]! }.suffix(24).reduce(0, +) / 24
        }
        let (weak, strong) = (try difference(1e-7), try difference(10))
        #expect(weak > 0.01 && strong < 0.9 * weak, "\(weak), \(strong)")
    }

    /// Still pixels count nothing, and where one value changed only its surroundings do.
    @Test func onlyWhatMovesIsWeighed() {
        let frames = Tensor(zeros: [2, 3, 16, 16])
        frames.mutablePointer[3 * 256 + 256 + 8 * 16 + 5] = 0.7
        let weights = MovingWeights.weights(frames, sources: [1, 0])
        for frame in 0..<2 {
            let own = Array(weights.values[frame * 256..<(frame + 1) * 256])
            #expect(abs(own.reduce(0, +) - 1 / 6) < 1e-6)
            for p in 0..<256 {
                let isNear = abs(p / 16 - 8) <= 2 && abs(p % 16 - 5) <= 2
                #expect(abs(own[p] - (isNear ? 1.0 / 150 : 0)) < 1e-7)
            }
        }
        #expect(MovingWeights.weights(frames, sources: [0, 1]).values.allSatisfy { $0 == 0 })
    }

    /// The generator's sampling at the known flow finds what the driving picture shows.
    @Test func theKnownFlowOfDrawnPeopleFindsTheDrivingPicture() {
        var random = RandomSource(seed: 6)
        for _ in 0..<3 {
            let group = PuppetGroup(PuppetGroup.choose(count: 2, using: &random))
            let pictures = group.pictures(size: 64)
            let (grid, weight, _) = group.grid(source: 0, driving: 1, size: 64)
            let (source, driving) = (pictures.items(0..<1), pictures.items(1..<2))
            let sampled = GridSampling.forward(source, grid: grid)
            func error(_ x: Tensor) -> Float {
                var (sum, count) = (Float(0), Float(0))
                for p in 0..<64 * 64 where weight.pointer[p] > 0 {
                    for channel in 0..<3 { sum += abs(x.pointer[channel * 4096 + p] - driving.pointer[channel * 4096 + p]) }
                    count += 3
                }
                return sum / count
            }
            #expect(error(sampled) < 0.8 * error(source), "\(error(sampled)) of \(error(source))")
            #expect(weight.values.reduce(0, +) > 0.6 * 4096)
            // Coarse levels say the same as the fine one around their pixels' centres.
            for level in [8, 16, 32] {
                let coarse = group.grid(source: 0, driving: 1, size: level)
                let step = 64 / level
                var (sum, count) = (Float(0), Float(0))
                for p in 0..<level * level where coarse.weight.values[p] > 0 {
                    let near = ((p / level) * step + step / 2) * 64 + p % level * step + step / 2
                    guard weight.values[near] > 0 else { continue }
                    // The centre of four fine pixels, half a fine pixel before `near`.
                    for axis in 0..<2 {
                        sum += abs(coarse.grid.values[2 * p + axis] - (grid.values[2 * near + axis] - 1.0 / 64))
                        count += 1
                    }
                }
                #expect(count > Float(level * level) && sum / count < 0.02, "\(level): \(sum / count)")
            }
        }
    }

    @Test func checkpointsOfOtherRunsAreRefused() throws {
        let first = try trainer()
        try first.save(to: folder.file("state.safetensors"))
        let other = try trainer { $0.network.directions = 5 }
        #expect { try other.resume(from: folder.file("state.safetensors")) } throws: { "\($0)".contains("other settings") }
        let model = Fixture.path("reference/lia-tiny.pt")
        #expect { try other.resume(from: model) } throws: { "\($0)".contains("no checkpoint of a training run") }
    }

    @Test func aRunGoesOnWithItsOwnDataOnly() throws {
        let first = try trainer()
        try first.save(to: folder.file("state.safetensors"))
        let writer = try DatasetWriter(path: folder.file("other.safetensors"), size: 32)
        writer.begin(name: "else", identity: "else", source: "else.mp4", kind: .video)
        for _ in 0..<3 { try writer.append(Samples.picture(width: 32, height: 32)) }
        writer.end(framesPerSecond: 25)
        _ = try writer.finish()
        let other = try Trainer.of(configuration(), dataset: Dataset(path: folder.file("other.safetensors")), clips: [0])
        #expect { try other.resume(from: folder.file("state.safetensors")) } throws: { "\($0)".contains("other data") }
    }

    /// Settings of a checkpoint say whether its model is used with detail, nested or, in those of older runs, flat.
    @Test(arguments: [
        (#"{"network": {"detail": true}}"#, true), (#"{"network": {"detail": false}}"#, false), (#"{"detail": true, "size": 64}"#, true),
        (#"{"detail": false}"#, false), ("{}", false), ("", false),
    ])
    func checkpointsSayWhetherDetailIsUsed(_ settings: String, _ expected: Bool) throws {
        let path = folder.file("state.safetensors")
        try SafetensorsFile.write(
            [("x", Tensor([1], [1]))], as: .float32, metadata: ["configuration": settings], to: path, overwrite: true)
        #expect(try TrainingCheckpoint.usesDetail(Checkpoint.open(path)) == expected)
    }

    /// A run that is killed after its checkpoint is taken up from there: what belongs to the checkpoint's step must stand by then.
    @Test func theCheckpointComesAfterTheStepsRecord() throws {
        let c = configuration {
            ($0.record.checkpointEvery, $0.record.sheetEvery, $0.record.validateEvery) = (1, 1, 1)
            $0.steps = 3
            $0.data.validationClips = "clip2"
        }
        let run = try TrainingRun(folder: folder.file("run"), dataset: dataset, configuration: c)
        func file() -> UInt64 {
            var status = stat()
            return stat(folder.file("run/checkpoint.safetensors"), &status) == 0 ? UInt64(status.st_ino) : 0
        }
        var before = file(), validated = 0
        try run.run {
            switch $0 {
            case .step(let record):
                // The step before has its own sheet and checkpoint.
                if record.step > 1 {
                    #expect(file() != before)
                    #expect(FileManager.default.fileExists(atPath: folder.file("run/sheets/step-00000\(record.step - 1).png")))
                }
                before = file()
            case .validated(let step, _):
                validated += 1
                #expect(file() == before, "the checkpoint of step \(step) is there before its validation")
            }
        }
        #expect(validated == 3 && file() != before)
    }

    @Test func aRunsFolderHoldsItsRecord() throws {
        let c = configuration {
            ($0.record.sheetEvery, $0.record.validateEvery) = (3, 3)
            $0.steps = 6
            $0.data.validationClips = "clip2"
        }
        let run = try TrainingRun(folder: folder.file("run"), dataset: dataset, configuration: c)
        #expect(run.trainer.task.clips.training == [0, 1] && run.trainer.task.clips.validation == [2])
        var validationSteps: [Int] = []
        try run.run {
            guard case .validated(let step, let validation) = $0 else { return }
            validationSteps.append(step)
            #expect(validation.frames == 7)
        }
        let lines = try String(contentsOfFile: folder.file("run/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 6 + 2)
        let sheet = try Picture.read(folder.file("run/sheets/step-000006.png"))
        #expect(sheet.width == 5 * 34 - 2)
        // The checkpoint's average is the run's, which is not its newest weights.
        let average = try LIA(Checkpoint.open(folder.file("run/checkpoint.safetensors")), prefix: "average.").parameters.map(\.value.values)
        #expect(average == run.trainer.averagedNetwork().parameters.map(\.value.values))
        #expect(average != run.trainer.task.network.parameters.map(\.value.values))
        #expect(run.trainer.step == 6 && validationSteps == [3, 6])
        #expect { try TrainingRun(folder: folder.file("run"), dataset: dataset, configuration: c) } throws: {
            "\($0)".contains("--resume")
        }
    }
}
