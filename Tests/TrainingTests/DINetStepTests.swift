import Checkpoints
import Networks
import Operators
import Tensors
import TestSupport
import Testing
import Training

/// A training step of DINet against the authors' own, on their batches: losses, gradients, and what is left after the step.
///
/// The vectors' pictures differ from these by up to 0.01, and on average by 2·10⁻⁴ (frame) and 10⁻³ (clip): as much as they differ from the same
/// network computed in double precision, to which these are near (5·10⁻⁵). Normalization over as few as eight values enlarges what differs
/// in their inputs, and gradients, which jump at rectifiers' kinks, follow; so tolerances are wide where the whole network is passed.
@Suite struct DINetStepTests {
    private static let stages = ["frame", "clip"]
    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("dinet/training.safetensors") }

    private func tensor(_ key: String) throws -> Tensor { try vectors("train/\(key)") }

    /// The batch of a stage: picture t·2 + b is frame t of clip b; that of frames is of the first two alone.
    private func batch(_ stage: String) throws -> DINetBatch {
        let levels = try tensor("source").values, size = 104 * 80, isClip = stage == "clip", count = isClip ? 10 : 2
        let pictures = Tensor(uninitialized: [10, 3, 104, 80])
        for index in 0..<pictures.count {
            let (picture, channel, pixel) = (index / (3 * size), index / size % 3, index % size)
            pictures.mutablePointer[index] = levels[(picture * size + pixel) * 3 + channel] / 255
        }
        let numbers = try tensor("reference_pictures").values.map { Int($0) }, features = try tensor("features").values
        let references = Selection.forward(pictures, indices: Array(numbers[0..<5 * count])).reshaped([count, 15, 104, 80])
        var rows: [Float] = []
        for picture in 0..<count {
            for value in 0..<29 {
                let first = (picture % 2 * 29 + value) * 9 + picture / 2
                rows += features[first..<first + 5]
            }
        }
        let sound = Tensor(rows, [count, 29, 5])
        return DINetBatch(
            pictures: Selection.forward(pictures, indices: Array(0..<count)), references: references, sound: sound,
            lips: Tensor(zeros: [count, 104, 80]), clipSound: isClip ? Tensor(features, [2, 29, 9]) : nil)
    }

    /// A step's parts, computed in the authors' order: the discriminators learn first.
    private struct Step {
        let generator: DINetGenerator
        let discriminators: DINetDiscriminators
        /// By the reference's names.
        var losses: [String: Float] = [:]
        /// By the reference's names: grad_g/…, grad_dI/…, grad_dV/….
        var gradients: [String: Tensor] = [:]
        /// The first picture that was made, and the third.
        let made: Tensor

        init(_ stage: String, _ batch: DINetBatch) throws {
            let isClip = stage == "clip"
            let checkpoint = try Checkpoint.open(Fixture.path("dinet/dinet-tiny.pth"))
            let generator = try DINetGenerator(checkpoint, prefix: try DINet.prefix(in: checkpoint)!)
            let judges = try Checkpoint.open(Fixture.path("dinet/discriminators-tiny.pth"))
            let frame = try DINetDiscriminator(judges, member: "net_dI"), clip = try DINetDiscriminator(judges, member: "net_dV")
            let discriminators = DINetDiscriminators(frame: frame, clip: isClip ? clip : nil)
            let configuration = try DINetTrainingConfiguration.read(nil, changes: [("puppets", "1"), ("network.divisor", "8")])
            let features = try Checkpoint.open(Fixture.path("dinet/training.safetensors")).under("train/vgg/")
            let losses = DINetLosses(
                generator, discriminators: discriminators,
                perceptual: FeatureLoss(try VGG19(features, channels: [4, 8, 16, 32, 32])),
                syncNet: isClip ? try SyncNet(file: Fixture.path("dinet/syncnet-tiny.pth")) : nil, settings: configuration.losses,
                layout: MouthLayout(side: 64))
            let learned = generator.parameters.filter(\.isLearned), values = learned.map(\.value), tape = Tape(watching: values)
            var found = Tape.$current.withValue(tape) { losses(batch) }
            let judged = discriminators.parameters, judgedValues = judged.map(\.value), judgedTape = Tape(watching: judgedValues)
            let judgement = Tape.$current.withValue(judgedTape) { found.auxiliary!() }
            self.losses["loss_d"] = judgement.values[0]
            let judgedGradients = judgedTape.gradients(of: judgement)
            for (key, network) in [("grad_dI", frame)] + (isClip ? [("grad_dV", clip)] : []) {
                for parameter in network.parameters { gradients["\(key)/\(parameter.name)"] = judgedGradients[parameter.value] }
            }
            let adam = Adam(judged, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
            adam.step(judgedValues.map { judgedGradients[$0] }, learningRate: 1e-4)
            let add = found.afterAuxiliary!
            let total = Tape.$current.withValue(tape) {
                add(&found)
                return found.total
            }
            let names = [
                "perceptual": "loss_perception", "adversarial": "loss_g_dI", "adversarial_clip": "loss_g_dV", "sync": "loss_sync",
            ]
            for term in found.terms { self.losses[names[term.name]!] = Float(term.weight) * term.value.values[0] }
            self.losses["loss_g"] = total.values[0]
            let own = tape.gradients(of: total)
            for (parameter, value) in zip(learned, values) { gradients["grad_g/\(parameter.name)"] = own[value] }
            (self.generator, self.discriminators) = (generator, discriminators)
            // A second use would move what layers keep once more.
            made = try DINetStepTests.made(batch, losses, generator)
        }
    }

    private static func made(_ batch: DINetBatch, _ losses: DINetLosses, _ generator: DINetGenerator) throws -> Tensor {
        let kept = generator.parameters.filter(\.isBuffer), values = kept.map(\.value)
        defer { for (parameter, value) in zip(kept, values) { parameter.value = value } }
        return losses.made(batch)
    }

    /// Shown the lips alone, SyncNet sees what is made there and the truth elsewhere, and no gradient reaches what is elsewhere.
    @Test func syncNetMaySeeTheLipsAlone() {
        var random = RandomSource(seed: 4)
        let shape = [2, 3, 13, 10], pictures = random.normal(shape), made = random.normal(shape)
        let lips = Tensor((0..<2 * 130).map { $0 % 7 < 2 ? 1 : 0 }, [2, 13, 10])
        let batch = DINetBatch(
            pictures: pictures, references: random.normal([2, 15, 13, 10]), sound: random.normal([2, 3, 5]), lips: lips, clipSound: nil)
        let tape = Tape(watching: [made])
        let shown = Tape.$current.withValue(tape) { DINetLosses.aroundLips(made, batch) }
        let sum = Tape.$current.withValue(tape) { WeightedSum.forward(shown, weights: Tensor(repeating: 1, shape)) }
        let gradient = tape.gradients(of: sum)[made]!
        for index in 0..<shown.count {
            let isLips = lips.values[index / 390 * 130 + index % 130] == 1
            #expect(abs(shown.values[index] - (isLips ? made : pictures).values[index]) < 1e-6)
            #expect(gradient.values[index] == (isLips ? 1 : 0))
        }
    }

    @Test(arguments: stages) func lossesEqualTheReference(_ stage: String) throws {
        let step = try Step(stage, batch(stage))
        let judged = try tensor("\(stage)/loss_dI").values[0] + (stage == "clip" ? try tensor("clip/loss_dV").values[0] : 0)
        #expect(abs(step.losses["loss_d"]! - judged) <= 1e-3 * judged)
        let wanted = vectors.names(under: "train/\(stage)/loss_").filter { !$0.hasPrefix("d") }
        #expect(wanted.count == (stage == "clip" ? 5 : 3))
        for name in wanted {
            let expected = try tensor("\(stage)/loss_\(name)").values[0], found = try #require(step.losses["loss_\(name)"])
            #expect(abs(found - expected) <= 1e-3 * abs(expected), "\(name): \(found), expected \(expected)")
        }
        let place = stage == "clip" ? 3 : 0
        let difference = Difference(
            Selection.forward(step.made, indices: [place]).reshaped([3, 104, 80]), try tensor("\(stage)/fake_\(place)"))
        #expect(difference.sameShape && difference.mean <= 2e-3, "\(difference)")
    }

    /// The length of a difference, as a fraction of the length of the second.
    private static func distance(_ a: Tensor, _ b: Tensor) -> Float {
        let squares = zip(a.values, b.values).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        return (squares / max(b.values.map { $0 * $0 }.reduce(0, +), .leastNormalMagnitude)).squareRoot()
    }

    @Test(arguments: stages) func gradientsEqualTheReference(_ stage: String) throws {
        let step = try Step(stage, batch(stage))
        let names = vectors.names(under: "train/\(stage)/grad_").map { "grad_" + $0 }.filter { !$0.hasPrefix("grad_norm") }
        #expect(names.count >= 17)
        for key in names {
            let found = try #require(step.gradients[key], "\(key) has no gradient"), expected = try tensor("\(stage)/\(key)")
            let isDirect = !key.hasPrefix("grad_g") || key.hasPrefix("grad_g/out_conv.4")
            let error = Self.distance(found, expected)
            #expect(found.shape == expected.shape && error <= (isDirect ? 0.02 : 0.7), "\(key): \(error)")
        }
        try checkNorms(step, stage)
    }

    /// The lengths of the gradients of all parameters; those of biases before a normalization are rounding.
    private func checkNorms(_ step: Step, _ stage: String) throws {
        let names = vectors.names(under: "train/\(stage)/grad_norm/")
        #expect(names.count > 100)
        func length(_ step: Step, _ name: String) throws -> Float {
            try #require(step.gradients["grad_g/\(name)"], "\(name)").values.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        }
        var ratios: [Float] = []
        for name in names where !name.hasSuffix("conv.bias") && !name.hasSuffix("conv1.bias") || name == "out_conv.4.bias" {
            ratios.append(try length(step, name) / tensor("\(stage)/grad_norm/\(name)").values[0])
        }
        ratios.sort()
        #expect(ratios.count > 90 && ratios[0] > 0.6 && ratios[ratios.count - 1] < 1.7, "\(ratios[0]) to \(ratios[ratios.count - 1])")
        #expect(abs(ratios[ratios.count / 2] - 1) < 0.1, "\(ratios[ratios.count / 2])")
    }

    @Test(arguments: stages) func whatAStepLeavesEqualsTheReference(_ stage: String) throws {
        let step = try Step(stage, batch(stage))
        let parameters = Dictionary(uniqueKeysWithValues: step.generator.parameters.map { ($0.name, $0) })
        let learned = step.generator.parameters.filter(\.isLearned), before = parameters.mapValues(\.value)
        let adam = Adam(learned, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
        adam.step(learned.map { step.gradients["grad_g/\($0.name)"] }, learningRate: 1e-4)
        let names = vectors.names(under: "train/\(stage)/after/")
        #expect(names.count == 4)
        for name in names {
            let after = try tensor("\(stage)/after/\(name)"), found = try #require(parameters[name])
            let (error, change) = (Difference(found.value, after), Difference(before[name]!, after))
            if found.isBuffer {
                #expect(error.isWithin(1e-4), "\(name): \(error)")
            } else {
                // Adam's first step is a sign's, and that of a gradient near 0 is rounding's.
                #expect(error.sameShape && error.mean <= 0.2 * change.mean, "\(name): \(error), of a change of \(change)")
            }
        }
    }
}
