import Checkpoints
import Networks
import Operators
import Tensors
import TestSupport
import Testing
import Training

/// A training step of the First Order Motion Model against the authors' own, on their batches: losses, gradients, and what the layers keep.
@Suite struct FirstOrderStepTests {
    /// A small network of the reference, its settings, and its parts.
    struct Tiny {
        let configuration: FirstOrderTrainingConfiguration
        let networks: FirstOrderNetworks
        let discriminator: FirstOrderDiscriminator?
        let losses: FirstOrderLosses
        let batch: FirstOrderBatch
        let vectors: ReferenceVectors
        let name: String

        /// - Parameter rounding: changes the pictures as rounding would, by a ten-millionth, each number in its own way; 0 for none.
        init(_ name: String, rounding: UInt64 = 0) throws {
            self.name = name
            configuration = try FirstOrderTrainingConfiguration.read(nil, changes: FirstOrderStepTests.changes[name]!)
            let checkpoint = try Checkpoint.open(Fixture.path("fomm/fomm-\(name)-tiny.pth.tar"))
            let (network, losses) = (configuration.network, configuration.losses)
            networks = try FirstOrderNetworks(checkpoint, prefix: "", network.measures)
            discriminator =
                losses.adversarial > 0 ? try FirstOrderDiscriminator(network.discriminator, checkpoint, prefix: "discriminator.") : nil
            let features = try Checkpoint.open(Fixture.path("fomm/features-tiny.safetensors"))
            self.losses = FirstOrderLosses(
                networks, discriminator: discriminator, perceptual: FeatureLoss(try VGG19(features, channels: [6, 8, 8, 8, 8])),
                settings: losses)
            let vectors = try ReferenceVectors.file("fomm/training-steps.safetensors")
            self.vectors = vectors
            func tensor(_ key: String) throws -> Tensor { try vectors("\(name)/train/\(key)") }
            var random = RandomSource(seed: rounding)
            func picture(_ key: String) throws -> Tensor {
                let x = try tensor(key)
                return rounding == 0 ? x : Tensor(x.values.map { $0 * (1 + 1e-7 * random.normal()) }, x.shape)
            }
            batch = FirstOrderBatch(
                source: try picture("source"), driving: try picture("driving"),
                warp: ThinPlateSpline(affine: try tensor("transform/theta"), weights: try tensor("transform/control_params")))
        }

        /// The learned parameters of the step by the names that the reference has for them.
        var learned: [String: Parameter] {
            Dictionary(uniqueKeysWithValues: networks.parameters.filter(\.isLearned).map { ($0.name, $0) })
        }

        var judged: [String: Parameter] {
            Dictionary(uniqueKeysWithValues: (discriminator?.parameters ?? []).filter(\.isLearned).map { ("discriminator.\($0.name)", $0) })
        }
    }

    static let changes: [String: [(key: String, value: String)]] = [
        "adv": [
            ("size", "64"), ("points", "5"), ("detector_channels", "4"), ("detector_levels", "3"), ("motion_channels", "4"),
            ("motion_levels", "3"), ("hourglass_most", "16"), ("network.channels", "6"), ("most_channels", "16"), ("levels", "2"),
            ("residual_blocks", "2"), ("align_corners", "false"), ("discriminator_channels", "4"), ("scales", "1 0.5 0.25"),
            ("adversarial", "1"),
        ],
        "mgif": [
            ("size", "48"), ("points", "4"), ("jacobians", "one"), ("network.scale", "2"), ("detector_channels", "4"),
            ("detector_levels", "2"),
            ("motion_channels", "4"), ("motion_levels", "3"), ("network.channels", "6"), ("levels", "1"), ("residual_blocks", "1"),
            ("align_corners", "false"), ("temperature", "0.2"), ("discriminator_channels", "4"), ("discriminator_blocks", "2"),
            ("discriminator_scales", "1 0.5"), ("discriminator_points", "false"), ("spectral", "true"), ("scales", "1 0.5"),
            ("adversarial", "1"),
        ],
        "plain": [
            ("size", "32"), ("points", "3"), ("jacobians", "none"), ("network.scale", "1"), ("detector_channels", "4"),
            ("detector_levels", "2"), ("motion_channels", "4"), ("motion_levels", "2"), ("hourglass_most", "12"), ("network.channels", "4"),
            ("levels", "2"), ("residual_blocks", "1"), ("occlusion", "false"), ("align_corners", "false"), ("keypoint_padding", "3"),
            ("scales", "1 0.5"),
        ],
    ]

    /// What the reference calls the losses.
    private static let names = [
        "perceptual": "perceptual", "adversarial": "gen_gan", "feature_matching": "feature_matching",
        "equivariance_value": "equivariance_value", "equivariance_jacobian": "equivariance_jacobian",
    ]

    /// What a step computes.
    private struct Step {
        let tiny: Tiny
        let losses: BatchLosses
        let total: Float
        /// nil where there is no discriminator.
        let judged: Float?
        /// By the reference's names.
        let gradients: [String: Tensor]

        init(_ tiny: Tiny) {
            self.tiny = tiny
            let values = tiny.learned.mapValues(\.value), tape = Tape(watching: Array(values.values))
            let (losses, total) = Tape.$current.withValue(tape) {
                let losses = tiny.losses(tiny.batch)
                return (losses, losses.total)
            }
            var found = Self.named(values, tape.gradients(of: total))
            var judged: Float?
            if let loss = losses.auxiliary {
                let values = tiny.judged.mapValues(\.value), tape = Tape(watching: Array(values.values))
                let value = Tape.$current.withValue(tape) { loss() }
                judged = value.values[0]
                found.merge(Self.named(values, tape.gradients(of: value))) { $1 }
            }
            (self.losses, self.total, self.judged, gradients) = (losses, total.values[0], judged, found)
        }

        private static func named(_ values: [String: Tensor], _ gradients: Gradients) -> [String: Tensor] {
            values.compactMapValues { gradients[$0] }
        }
    }

    private func reference(_ key: String, of name: String) throws -> Tensor {
        try ReferenceVectors.file("fomm/training-steps.safetensors")("\(name)/train/\(key)")
    }

    @Test(arguments: ["adv", "mgif", "plain"]) func lossesEqualTheReference(_ name: String) throws {
        let step = Step(try Tiny(name))
        func expect(_ found: Float, _ key: String) throws {
            let expected = try reference("loss/\(key)", of: name).values[0]
            #expect(abs(found - expected) <= 1e-4 * abs(expected), "\(key): \(found), expected \(expected)")
        }
        for term in step.losses.terms { try expect(Float(term.weight) * term.value.values[0], Self.names[term.name]!) }
        #expect(step.losses.terms.count == ["adv": 5, "mgif": 5, "plain": 2][name])
        try expect(step.total, "generator_total")
        #expect((step.judged != nil) == (name != "plain"))
        if let judged = step.judged { try expect(judged, "disc_gan") }
    }

    /// The gradients jump where a value lies within rounding of a kink, of a rectifier or between two pixels, which some of so many do: a
    /// change of the pictures by a ten-millionth changes them by some hundredths. Each gradient is the reference's on the pictures as they
    /// are, or as rounding could have left them.
    @Test(arguments: ["adv", "mgif", "plain"]) func gradientsEqualTheReference(_ name: String) throws {
        let vectors = try ReferenceVectors.file("fomm/training-steps.safetensors")
        var missing = Set(vectors.names(under: "\(name)/train/grad/")), nearest: [String: Float] = [:]
        #expect(missing.count > 20)
        for rounding in 0..<24 where !missing.isEmpty {
            let gradients = Step(try Tiny(name, rounding: UInt64(rounding))).gradients
            for key in missing {
                let found = try #require(gradients[key], "\(key) has no gradient")
                let difference = Difference(found, try reference("grad/\(key)", of: name))
                #expect(difference.sameShape, "\(key): \(difference)")
                nearest[key] = min(nearest[key] ?? .infinity, difference.relative)
                if difference.relative <= 1e-3 { missing.remove(key) }
            }
        }
        #expect(missing.isEmpty, "\(missing.map { ($0, nearest[$0]!) })")
        #expect(nearest.values.allSatisfy { $0 < 0.05 })
    }

    /// What layers keep follows the batch, as often and in the order that the authors' does.
    @Test(arguments: ["adv", "mgif"]) func whatLayersKeepEqualsTheReference(_ name: String) throws {
        let tiny = Step(try Tiny(name)).tiny
        let kept = tiny.networks.parameters.map { ($0.name, $0) } + tiny.discriminator!.parameters.map { ("discriminator.\($0.name)", $0) }
        let wanted = tiny.vectors.names(under: "\(name)/train/after/")
        var compared = 0
        for (key, parameter) in kept where parameter.isBuffer && wanted.contains(key) {
            let difference = Difference(parameter.value, try reference("after/\(key)", of: name))
            #expect(difference.isWithin(1e-4), "\(key): \(difference)")
            compared += 1
        }
        #expect(compared == wanted.filter { $0.contains(".running_") || $0.hasSuffix("_u") || $0.hasSuffix("_v") }.count && compared >= 8)
    }

    /// Adam goes on from the optimizers' states in the authors' checkpoint: weights after the step are theirs.
    @Test func weightsAfterAStepEqualTheReference() throws {
        let step = Step(try Tiny("adv")), tiny = step.tiny, checkpoint = try Checkpoint.open(Fixture.path("fomm/fomm-adv-tiny.pth.tar"))
        var moved = 0
        for member in ["generator", "kp_detector", "discriminator"] {
            // A state stands under a number of its parameter's, which rise in the parameters' order.
            let states = checkpoint.entries.map(\.name).filter { $0.hasPrefix("optimizer_\(member).state.") && $0.hasSuffix(".exp_avg") }
            let known = tiny.learned.merging(tiny.judged) { $1 }
            let names = checkpoint.entries.map(\.name).filter { $0.hasPrefix(member + ".") && known[$0] != nil }
            try #require(states.count == names.count && !names.isEmpty, "\(member): \(states.count) states of \(names.count)")
            let adam = Adam(names.map { known[$0]! }, beta1: 0.5, beta2: 0.999, epsilon: 1e-8), before = names.map { known[$0]!.value }
            adam.means = try states.map { try checkpoint.tensor($0) }.map { Tensor($0.values, $0.shape) }
            adam.squares = try states.map { try checkpoint.tensor($0 + "_sq") }.map { Tensor($0.values, $0.shape) }
            adam.steps = 1
            adam.step(names.map { step.gradients[$0] }, learningRate: 2e-4)
            for (name, before) in zip(names, before) {
                guard let after = try? reference("after/\(name)", of: "adv") else { continue }
                let (error, change) = (Difference(known[name]!.value, after), Difference(before, after))
                // Where a gradient is near 0, Adam divides rounding by rounding.
                #expect(
                    error.sameShape && error.mean <= 0.02 * change.mean && error.largest <= 0.5 * change.largest,
                    "\(name): \(error), of a change of \(change)")
                moved += 1
            }
        }
        #expect(moved >= 8)
    }

    // MARK: Parts of a step

    /// Key points and Jacobians that should move with a warp: the losses and their gradients.
    @Test(arguments: ["value", "jacobian"]) func equivarianceEqualsTheReference(_ name: String) throws {
        let vectors = try ReferenceVectors.file("fomm/training-operators.safetensors"), prefix = "loss_equivariance_\(name)/"
        let inputs = try (0..<(name == "value" ? 2 : 3)).map { try vectors("\(prefix)input\($0)") }, tape = Tape(watching: inputs)
        let warp = ThinPlateSpline(affine: try vectors(prefix + "param/theta"), weights: try vectors(prefix + "param/control_params"))
        let found = Tape.$current.withValue(tape) {
            if name == "value" {
                return EquivarianceLoss(
                    driving: KeyPoints(value: inputs[0], jacobian: nil), warped: KeyPoints(value: inputs[1], jacobian: nil), warp: warp
                ).value
            }
            return EquivarianceLoss(
                driving: KeyPoints(value: Tensor(zeros: inputs[1].shape), jacobian: inputs[0]),
                warped: KeyPoints(value: inputs[1], jacobian: inputs[2]), warp: warp
            ).jacobian!
        }
        #expect(Difference(found, try vectors(prefix + "output0")).isWithin(1e-5))
        let gradients = tape.gradients(of: found, seed: try vectors(prefix + "grad_output0"))
        for (index, input) in inputs.enumerated() {
            let difference = Difference(try #require(gradients[input]), try vectors("\(prefix)grad_input\(index)"))
            #expect(difference.sameShape && difference.relative <= 1e-4, "input \(index): \(difference)")
        }
    }

    @Test func adamEqualsTheReference() throws {
        let vectors = try ReferenceVectors.file("fomm/training-operators.safetensors")
        let parameter = Parameter(name: "x", value: try vectors("adam/input0"))
        let adam = Adam([parameter], beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
        for step in 0..<3 {
            adam.step([try vectors("adam/grad\(step)")], learningRate: 2e-4)
            #expect(Difference(parameter.value, try vectors("adam/output\(step)")).isWithin(1e-6))
        }
    }
}
