import Checkpoints
import Foundation
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// The networks of the First Order Motion Model against the authors' modules, from files in the layout that they publish.
@Suite struct FirstOrderTests {
    enum Kind: String, CaseIterable {
        case adv, mgif, plain

        /// What no tensor of the file tells.
        var settings: FirstOrderSettings {
            var settings = FirstOrderSettings.published
            switch self {
            case .adv: settings.size = 64
            case .mgif: (settings.size, settings.temperature) = (48, 0.2)
            case .plain: (settings.size, settings.keyPointPadding) = (32, 3)
            }
            return settings
        }

        var file: String { "fomm/fomm-\(rawValue)-tiny.pth.tar" }

        func networks(_ settings: FirstOrderSettings? = nil) throws -> FirstOrderNetworks {
            let checkpoint = try Checkpoint.open(Fixture.path(file))
            let configuration = try FirstOrderConfiguration(checkpoint, prefix: "", settings: settings ?? self.settings)
            return try FirstOrderNetworks(checkpoint, prefix: "", configuration)
        }
    }

    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("fomm/cases.safetensors") }

    private func expectClose(_ found: Tensor?, _ name: String, _ tolerance: Float = 1e-4) throws {
        let expected = try vectors(name), difference = Difference(try #require(found, "\(name)").reshaped(expected.shape), expected)
        #expect(difference.largest <= tolerance, "\(name): \(difference)")
    }

    private func points(_ stem: String, _ index: Int? = nil) throws -> KeyPoints {
        func part(_ name: String) throws -> Tensor? {
            guard vectors.names(under: stem).contains("/" + name) else { return nil }
            let all = try vectors("\(stem)/\(name)")
            return index.map { all.items($0..<$0 + 1) } ?? all
        }
        return KeyPoints(value: try #require(try part("value")), jacobian: try part("jacobian"))
    }

    @Test func measuresAreReadOffTheTensors() throws {
        let adv = try Kind.adv.networks().configuration
        #expect(
            adv
                == FirstOrderConfiguration(
                    points: 5, jacobianMaps: 5, scale: 4, detector: .init(base: 4, most: 16, levels: 3),
                    motion: .init(base: 4, most: 16, levels: 3), base: 6, most: 16, levels: 2, bottleneckBlocks: 2,
                    settings: Kind.adv.settings))
        #expect(
            try Kind.mgif.networks().configuration
                == FirstOrderConfiguration(
                    points: 4, jacobianMaps: 1, scale: 2, detector: .init(base: 4, most: 1024, levels: 2),
                    motion: .init(base: 4, most: 1024, levels: 3), base: 6, most: 512, levels: 1, bottleneckBlocks: 1,
                    settings: Kind.mgif.settings))
        #expect(
            try Kind.plain.networks().configuration
                == FirstOrderConfiguration(
                    points: 3, jacobianMaps: 0, scale: 1, detector: .init(base: 4, most: 12, levels: 2),
                    motion: .init(base: 4, most: 12, levels: 2), estimatesOcclusion: false, base: 4, most: 512, levels: 2,
                    bottleneckBlocks: 1, settings: Kind.plain.settings))
        #expect(FirstOrderConfiguration.published.sizeUnit == 128 && adv.sizeUnit == 32)
    }

    /// Every tensor of the published generator and detector is a parameter of that name and shape, and the other way round.
    @Test func publishedTensorsAreTheParameters() throws {
        let lines = try String(contentsOfFile: Fixture.path("fomm/parameters.txt"), encoding: .utf8).split(separator: "\n")
        let published = lines.filter {
            ($0.hasPrefix("generator.") || $0.hasPrefix("kp_detector.")) && !$0.contains("num_batches_tracked")
        }.map(String.init)
        let network = FirstOrderNetworks(.published, seed: 1)
        #expect(Set(network.parameters.map { "\($0.name) \($0.shape)" }) == Set(published) && published.count > 200)
        let buffers = network.parameters.filter(\.isBuffer).map(\.name)
        #expect(buffers.allSatisfy { $0.contains("running_") || $0.hasSuffix("down.weight") })
    }

    @Test(arguments: Kind.allCases, [OperatorPath.fast, .reference])
    func detectorEqualsReference(_ kind: Kind, _ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            let networks = try kind.networks()
            var parts: [String: Tensor] = [:]
            let found = networks.detector(try vectors("\(kind)/source")) { parts[$0] = $1 }
            parts["value"] = found.value
            parts["jacobian"] = found.jacobian
            let names = vectors.names(under: "\(kind)/kp_source/")
            #expect(names.count >= 8)
            for name in names { try expectClose(parts[name], "\(kind)/kp_source/\(name)") }
            // As a batch.
            let driving = networks.detector(try vectors("\(kind)/driving"))
            try expectClose(driving.value, "\(kind)/kp_driving/value")
            if kind != .plain { try expectClose(driving.jacobian, "\(kind)/kp_driving/jacobian") }
        }
    }

    @Test(arguments: Kind.allCases, [OperatorPath.fast, .reference])
    func generatorEqualsReference(_ kind: Kind, _ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            let networks = try kind.networks(), picture = try vectors("\(kind)/source")
            var parts: [String: Tensor] = [:]
            let source = networks.generator.prepare(picture) { parts[$0] = $1 }
            parts["motion/source"] = source.small
            parts["prediction"] = networks.generator(
                source, sourcePoints: try points("\(kind)/kp_source"), drivingPoints: try points("\(kind)/kp_driving", 2)
            ) { parts[$0] = $1 }
            parts["deformed"] = networks.generator.deformed(picture, by: try #require(parts["motion/deformation"]))
            let names = vectors.names(under: "\(kind)/last/")
            #expect(names.count >= 15)
            for name in names {
                try expectClose(parts[name], "\(kind)/last/\(name)", name == "prediction" || name == "deformed" ? 1e-5 : 1e-4)
            }
            // Of a source for each of the driving frames.
            let sources = networks.generator.prepare(Selection.forward(picture, indices: [0, 0, 0])), own = try points("\(kind)/kp_source")
            let repeated = KeyPoints(
                value: Selection.forward(own.value, indices: [0, 0, 0]),
                jacobian: own.jacobian.map { Selection.forward($0, indices: [0, 0, 0]) })
            try expectClose(
                networks.generator(sources, sourcePoints: repeated, drivingPoints: try points("\(kind)/kp_driving")), "\(kind)/absolute",
                1e-5)
        }
    }

    /// Any driving key points: relative ones, also adapted, without the driving Jacobians, with aligned corners, and of wide pictures.
    @Test func variantsEqualReference() throws {
        let networks = try Kind.adv.networks(), source = networks.generator.prepare(try vectors("adv/source"))
        let own = try points("adv/kp_source")
        for frame in 0..<3 {
            let made = networks.generator(source, sourcePoints: own, drivingPoints: try points("adv/relative_kp", frame))
            let expected = try vectors("adv/relative").items(frame..<frame + 1)
            #expect(Difference(made, expected).largest <= 1e-5)
        }
        try expectClose(
            networks.generator(source, sourcePoints: own, drivingPoints: try points("adv/relative_adapt_kp", 2)),
            "adv/relative_adapt_last", 1e-5)
        let values = try points("adv/relative_kp", 2).value, jacobian = try points("adv/kp_driving", 2).jacobian
        try expectClose(
            networks.generator(source, sourcePoints: own, drivingPoints: KeyPoints(value: values, jacobian: jacobian)),
            "adv/relative_value_only_last", 1e-5)
        var settings = Kind.adv.settings
        settings.alignsCorners = true
        let aligned = try Kind.adv.networks(settings)
        try expectClose(
            aligned.generator(
                aligned.generator.prepare(try vectors("adv/source")), sourcePoints: own, drivingPoints: try points("adv/kp_driving", 2)),
            "adv/absolute_align_corners_last", 1e-5)
        let wide = try vectors("adv/wide/source")
        let (from, to) = (networks.detector(wide), networks.detector(try vectors("adv/wide/driving")))
        try expectClose(from.value, "adv/wide/kp_source/value")
        try expectClose(to.jacobian, "adv/wide/kp_driving/jacobian")
        try expectClose(
            networks.generator(networks.generator.prepare(wide), sourcePoints: from, drivingPoints: to), "adv/wide/absolute", 1e-5)
    }

    /// Gradients reach every learned parameter, and none a buffer.
    @Test(arguments: Kind.allCases) func gradientsReachEveryParameter(_ kind: Kind) throws {
        let networks = try kind.networks(), picture = try vectors("\(kind)/source")
        let frame = try vectors("\(kind)/driving").items(2..<3)
        let learned = networks.parameters.filter(\.isLearned), tape = Tape(watching: learned.map(\.value))
        var random = RandomSource(seed: 7)
        let weights = random.normal(picture.shape)
        func total() -> Tensor {
            let (own, driving) = (networks.detector(picture), networks.detector(frame))
            let made = networks.generator(networks.generator.prepare(picture), sourcePoints: own, drivingPoints: driving)
            return WeightedSum.forward(made, weights: weights)
        }
        let watched = Tape.$current.withValue(tape) { total() }
        #expect(abs(watched.values[0] - total().values[0]) <= 1e-3)
        let gradients = tape.gradients(of: watched)
        for parameter in learned {
            let gradient = try #require(gradients[parameter.value], "\(parameter.name) has no gradient")
            #expect(gradient.isFinite && gradient.shape == parameter.shape)
            // Along the gradient the sum grows by its squared length.
            guard ["kp_detector.kp.weight", "generator.first.conv.weight", "generator.bottleneck.r0.norm1.bias"].contains(parameter.name)
            else { continue }
            let length = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot(), value = parameter.value
            func moved(_ step: Float) -> Double {
                parameter.value = Tensor(zip(value.values, gradient.values).map { $0 + step * $1 }, value.shape)
                defer { parameter.value = value }
                return Double(total().values[0])
            }
            // A small step meets few kinks and little curvature, a large one little rounding.
            let errors = [2e-3, 5e-4, 1e-4].map { distance -> Double in
                let step = Float(distance / max(length, 1e-6))
                return abs((moved(step) - moved(-step)) / Double(2 * step) - length * length)
            }
            #expect(errors.min()! <= 0.05 * length * length + 1e-3, "\(parameter.name): off by \(errors) of \(length * length)")
        }
    }
}
