import Checkpoints
import Foundation
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// The networks of the ablations, other dictionaries and no masks, and the one that paints.
@Suite struct VariantTests {
    /// One network: what is varied, and the seed that it starts from.
    private static func network(
        _ dictionary: MotionDictionary.Kind, masks: Bool, paints: Bool = false, directions: Int = 3, seed: UInt64 = 5
    ) -> LIA {
        LIA(
            LIAConfiguration(
                size: 32, channels: [6, 5, 4, 4], code: 8, directions: dictionary == .absent ? 8 : directions,
                dictionary: dictionary, masks: masks, paints: paints), seed: seed)
    }

    static let all =
        MotionDictionary.Kind.allCases.flatMap { kind in [true, false].map { (kind, $0, false) } } + [(.orthonormal, true, true)]

    /// Waves, so smooth that bilinear sampling has slight kinks only.
    private func picture(_ count: Int, seed: UInt64) -> Tensor {
        var random = RandomSource(seed: seed)
        let planes = (0..<3 * count).flatMap { _ in
            let (across, down, phase) = (6 * random.uniform() - 3, 6 * random.uniform() - 3, 6 * random.uniform())
            return (0..<32 * 32).map { sin((across * Float($0 % 32) + down * Float($0 / 32)) / 16 + phase) }
        }
        return Tensor(planes, [count, 3, 32, 32])
    }

    /// Without a tape and without training, nothing tells free directions from orthonormal ones.
    @Test func freeDirectionsStartOrthonormal() {
        let (orthonormal, free) = (Self.network(.orthonormal, masks: true), Self.network(.free, masks: true))
        #expect(Difference(free.motionDictionary.directions, orthonormal.motionDictionary.directions).isWithin(1e-5))
        let source = picture(1, seed: 1), driving = picture(1, seed: 2)
        let pictures = [orthonormal, free].map { $0.generate($0.encode(source: source), motion: $0.encode(driving: driving)) }
        #expect(Difference(pictures[1], pictures[0]).isWithin(1e-4))
    }

    /// The path is Σ aᵢdᵢ with the columns that are stored, whatever their lengths and angles, and the distance that of codes.
    @Test func freeDirectionsStayAsTheyAre() throws {
        let lia = Self.network(.free, masks: true, directions: 2)
        let weight = try #require(lia.parameters.first { $0.name == "dec.free_direction.weight" })
        // Two columns, (4, 0, …) and (4, 8, 0, …), over √8.
        weight.value = Tensor((0..<16).map { $0 < 2 ? 4 : $0 == 3 ? 8 : 0 }, [8, 2])
        let path = lia.motionDictionary(Tensor([3, -1], [1, 2])).values
        let unit = Float(8).squareRoot()
        #expect(Difference(Tensor(path, [8]), Tensor([8 / unit, -8 / unit, 0, 0, 0, 0, 0, 0], [8])).largest < 1e-5)
        #expect(abs(lia.distance(Tensor([3, 0], [1, 2]), Tensor([0, 1], [1, 2])) - 4) < 1e-5)
    }

    /// Without a dictionary the magnitudes are added to the code as they are.
    @Test func withoutADictionaryTheNetworkGivesThePath() {
        let lia = Self.network(.absent, masks: true)
        #expect(lia.parameters.allSatisfy { !$0.name.contains("direction") })
        let source = lia.encode(source: picture(1, seed: 1)), path = lia.encode(driving: picture(1, seed: 2))
        #expect(path.shape == [1, 8])
        let moved = Tensor(zip(source.code.values, path.values).map { $0 + $1 }, [1, 8])
        #expect(
            lia.generate(source, motion: path).values == lia.generator(moved, features: source.features).values)
        let axes = lia.motionDictionary.directions
        #expect(axes.shape == [8, 8] && lia.motionDictionary(axes).values == axes.values)
        #expect(lia.distance(Tensor([0, 3, 0, 0, 0, 0, 0, 0], [1, 8]), Tensor([4, 0, 0, 0, 0, 0, 0, 0], [1, 8])) == 5)
    }

    /// Every level hands on the source's features sampled at identity + flow, and nothing else.
    @Test func withoutMasksWarpedFeaturesAreUsedWhole() throws {
        let lia = Self.network(.orthonormal, masks: false)
        let source = lia.encode(source: picture(1, seed: 1))
        var levels: [Warp.Result] = []
        _ = lia.generate(source, magnitudes: lia.encode(driving: picture(1, seed: 2))) { levels.append($1) }
        #expect(levels.count == 3)
        for (level, features) in zip(levels, source.features) {
            let side = features.shape[2]
            let flow = level.flow.values
            #expect(flow.contains { abs($0) > 0.05 } && flow.allSatisfy { abs($0) <= 1 })
            let grid = (0..<side * side).flatMap { p in
                [Warp.linspace(p % side, side) + flow[p], Warp.linspace(p / side, side) + flow[side * side + p]]
            }
            let sampled = GridSampling.forward(features, grid: Tensor(grid, [1, side, side, 2]))
            #expect(Difference(level.warped, sampled).isWithin(1e-6))
            #expect(level.mask.values.allSatisfy { $0 == 1 })
            if let blended = level.blended { #expect(blended.values == level.warped.values) }
        }
    }

    /// What is painted is what the weights make of the blended features, level by level, and nothing at first.
    @Test func paintAddsWhatBlendedFeaturesTell() throws {
        let (plain, paints) = (Self.network(.orthonormal, masks: true), Self.network(.orthonormal, masks: true, paints: true))
        let others = Dictionary(uniqueKeysWithValues: plain.parameters.map { ($0.name, $0.value) })
        for parameter in paints.parameters { if let other = others[parameter.name] { parameter.value = other } }
        let source = plain.encode(source: picture(1, seed: 1)), motion = plain.encode(driving: picture(1, seed: 2))
        let before = plain.generate(source, magnitudes: motion)
        #expect(paints.generate(source, magnitudes: motion).values == before.values)
        // The last level alone: of its blended features, (1, 4, 32, 32), what a convolution that does nothing but to activate leaves, over √4.
        func set(_ name: String, _ value: (Tensor) -> [Float]) throws {
            let parameter = try #require(paints.parameters.first { $0.name == "dec.to_paints.2." + name })
            parameter.value = Tensor(value(parameter.value), parameter.shape)
        }
        try set("weight") { $0.values.indices.map { Float($0) - 5 } }
        // (1, 4, 4, 3, 3): the middle of each channel's own kernel. Scaled to unit length it is 1, whatever the style.
        try set("conv.conv.weight") { $0.values.indices.map { $0 % 9 == 4 && $0 / 36 == $0 / 9 % 4 ? 1 : 0 } }
        var blended: [Tensor?] = []
        let after = paints.generate(source, magnitudes: motion) { blended.append($1.blended) }
        let features = try #require(blended.last ?? nil).values.map { 2 * ($0 < 0 ? 0.2 : 1) * $0 / Float(2).squareRoot() }
        for pixel in stride(from: 0, to: 1024, by: 37) {
            for color in 0..<3 {
                let added = (0..<4).reduce(Float(0)) { $0 + (Float(4 * color + $1) - 5) / 2 * features[$1 * 1024 + pixel] }
                let wanted = before.values[color * 1024 + pixel] + added
                #expect(abs(after.values[color * 1024 + pixel] - wanted) < 1e-4 * max(1, abs(wanted)))
            }
        }
    }

    /// A mask that is all but 1 and no mask at all give the same; both paths of the operators agree.
    @Test func noMaskIsAMaskOfOne() {
        var random = RandomSource(seed: 3)
        let (source, own, flow) = (random.normal([1, 4, 8, 8]), random.normal([2, 4, 8, 8]), random.normal([2, 2, 8, 8]))
        let plain = Warp.forward(source: source, features: own, map: flow)
        let raw = (0..<2).flatMap { flow.items($0..<$0 + 1).values + [Float](repeating: 40, count: 64) }
        let masked = Warp.forward(source: source, features: own, map: Tensor(raw, [2, 3, 8, 8]))
        let reference = OperatorPath.$current.withValue(.reference) { Warp.forward(source: source, features: own, map: flow) }
        for other in [masked, reference] {
            #expect(Difference(plain.warped, other.warped).isWithin(1e-5))
            #expect(Difference(plain.blended!, other.blended!).isWithin(1e-5))
            #expect(Difference(plain.flow, other.flow).isWithin(1e-6) && plain.mask.values == other.mask.values)
        }
    }

    /// What a checkpoint holds says which network it is.
    @Test(arguments: all) func checkpointsTellTheirVariant(_ kind: MotionDictionary.Kind, _ masks: Bool, _ paints: Bool) throws {
        let lia = Self.network(kind, masks: masks, paints: paints)
        let names = Set(lia.parameters.map(\.name))
        #expect(names.contains("dec.direction.weight") == (kind == .orthonormal))
        #expect(names.contains("dec.free_direction.weight") == (kind == .free))
        #expect(names.contains("dec.to_paints.0.weight") == paints)
        let folder = try TemporaryFolder()
        let path = folder.file("variant.safetensors")
        try SafetensorsFile.write(
            lia.parameters.map { ($0.name, $0.value) }, as: .float32, metadata: [:], to: path, overwrite: false)
        let read = try LIA(Checkpoint.open(path))
        #expect(read.configuration == lia.configuration)
        let (source, driving) = (picture(1, seed: 1), picture(1, seed: 2))
        let results = [lia, read].map { $0.generate($0.encode(source: source), motion: $0.encode(driving: driving)).values }
        #expect(results[0] == results[1])
        // A tensor of another variant beside them is unknown, and one that is missing is named.
        let foreign = kind == .free ? "dec.direction.weight" : "dec.free_direction.bias"
        try SafetensorsFile.write(
            lia.parameters.map { ($0.name, $0.value) } + [(foreign, Tensor(zeros: [8, 3]))], as: .float32, metadata: [:],
            to: path, overwrite: true)
        #expect(performing: { try LIA(Checkpoint.open(path)) }, throws: { ($0 as? CheckpointMisfit)?.unknown == [foreign] })
        try SafetensorsFile.write(
            lia.parameters.filter { $0.name != "dec.to_flows.0.bias" }.map { ($0.name, $0.value) }, as: .float32, metadata: [:],
            to: path, overwrite: true)
        #expect(
            performing: { try LIA(Checkpoint.open(path)) },
            throws: { error in
                let misfit = error as? CheckpointMisfit
                return misfit?.missing == ["dec.to_flows.0.bias"] && misfit?.misshapen.isEmpty == true
            })
    }

    /// Every parameter's gradient against central differences, along itself and along a random direction.
    @Test(arguments: all) func gradientsEqualFiniteDifferences(_ kind: MotionDictionary.Kind, _ masks: Bool, _ paints: Bool) throws {
        let lia = Self.network(kind, masks: masks, paints: paints)
        let (source, driving) = (picture(1, seed: 1), picture(2, seed: 2))
        var random = RandomSource(seed: 4)
        for parameter in lia.parameters where parameter.name.hasPrefix("dec.to_paints.") {
            parameter.value = random.normal(parameter.shape)
        }
        // What is sampled outside the picture is 0, and so would a bias of 0 stand on the activation's kink.
        for parameter in lia.parameters where parameter.name.hasSuffix("bias") {
            parameter.value = Sum.forward(parameter.value, Scaling.forward(random.normal(parameter.shape), by: 0.3))
        }
        let weights = picture(2, seed: 3)
        func loss() -> Tensor {
            WeightedSum.forward(lia.generate(lia.encode(source: source), motion: lia.encode(driving: driving)), weights: weights)
        }
        let tape = Tape(watching: lia.parameters.map(\.value))
        let gradients = tape.gradients(of: Tape.$current.withValue(tape) { loss() })
        for parameter in lia.parameters {
            let value = parameter.value
            let gradient = try #require(gradients[value], "\(parameter.name) has no gradient").values.map(Double.init)
            let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(length > 0, "\(parameter.name)")
            let noise = random.normal(value.shape).values.map(Double.init)
            let spread = noise.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for direction in [gradient.map { $0 / length }, noise.map { $0 / spread }] {
                let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
                // A smaller step meets fewer kinks of the activation and of bilinear sampling, a larger one less rounding.
                let errors = [0.01, 0.003, 0.001, 0.0003].map { step in
                    let sides = [step, -step].map { step in
                        parameter.value = Tensor(zip(value.values, direction).map { $0 + Float(step * $1) }, value.shape)
                        return Double(loss().values[0])
                    }
                    return abs((sides[0] - sides[1]) / (2 * step) - slope)
                }
                parameter.value = value
                #expect(errors.min()! <= 0.03 * length + 0.5, "\(parameter.name): \(slope) of \(length), off by \(errors)")
            }
        }
    }
}
