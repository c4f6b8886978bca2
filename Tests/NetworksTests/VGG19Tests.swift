import Checkpoints
import Networks
import Tensors
import Testing
import TestSupport

/// VGG-19 against PyTorch, with made-up weights that both sides draw alike (Tools/fixtures/make_vgg19_fixture.py).
@Suite struct VGG19Tests {
    /// Torchvision's numbers of the convolutions as far as relu5_1, and their widths.
    static let convolutions = [
        (0, 64), (2, 64), (5, 128), (7, 128), (10, 256), (12, 256), (14, 256), (16, 256), (19, 512), (21, 512), (23, 512),
        (25, 512), (28, 512),
    ]

    /// The tensors of a file as torchvision would have it, drawn value by value as the fixture's were.
    private func weights() -> [(name: String, tensor: Tensor)] {
        var random = RandomSource(seed: 19)
        var tensors: [(name: String, tensor: Tensor)] = []
        var inputs = 3
        for (number, width) in Self.convolutions {
            let weight = Tensor(uninitialized: [width, inputs, 3, 3]), bias = Tensor(uninitialized: [width])
            let bound = Float((6 / Double(inputs * 9)).squareRoot())
            for index in 0..<weight.count { weight.mutablePointer[index] = (2 * random.uniform() - 1) * bound }
            for index in 0..<bias.count { bias.mutablePointer[index] = 0.2 * random.uniform() - 0.1 }
            tensors += [("features.\(number).weight", weight), ("features.\(number).bias", bias)]
            inputs = width
        }
        return tensors
    }

    private func network(_ tensors: [(name: String, tensor: Tensor)]) throws -> VGG19 {
        let folder = try TemporaryFolder()
        let path = folder.file("vgg19.safetensors")
        try SafetensorsFile.write(tensors, to: path, overwrite: true)
        return try VGG19(Checkpoint.open(path))
    }

    @Test func featuresEqualPyTorch() throws {
        // What follows relu5_1 in torchvision's file, of any shape, is nothing that counts.
        let rest = ["features.30", "features.32", "features.34", "classifier.0", "classifier.3", "classifier.6"].flatMap {
            [("\($0).weight", Tensor(zeros: [4, 2])), ("\($0).bias", Tensor(zeros: [4]))]
        }
        let vgg = try network(weights() + rest)
        let vectors = try ReferenceVectors.file("vgg19-features.safetensors")
        let picture = try vectors("input")
        let features = vgg.features(picture)
        #expect(features.count == 5)
        for (stage, found) in features.enumerated() {
            let name = "relu\(stage + 1)_1"
            #expect(found.shape == (try vectors("\(name)/shape")).values.map { Int($0) })
            let places = try vectors("\(name)/indices").values.map { Int($0) }, values = found.values
            #expect(places.count == 64)
            let sampled = Difference(Tensor(places.map { values[$0] }, [64]), try vectors("\(name)/values"))
            #expect(sampled.relative <= 1e-4, "\(name): \(sampled)")
            let count = Double(values.count)
            let mean = Float(values.reduce(0) { $0 + Double($1) } / count)
            let square = Float(values.reduce(0) { $0 + Double($1) * Double($1) } / count)
            for (statistic, value) in [("mean", mean), ("mean_square", square)] {
                let difference = Difference(Tensor([value], [1]), try vectors("\(name)/\(statistic)"))
                #expect(difference.relative <= 1e-4, "\(name)/\(statistic): \(difference)")
            }
        }
        // Pictures of a batch do not touch each other.
        let pair = Tensor(picture.values.map { -$0 } + picture.values, [2, 3, 32, 32])
        for (alone, together) in zip(features, vgg.features(pair)) {
            #expect(Difference(together.items(1..<2), alone).relative <= 1e-5)
        }
    }

    @Test func missingAndMisshapenTensorsAreNamed() throws {
        let tensors = weights()
        #expect(performing: { try network(tensors.filter { $0.name != "features.21.bias" }) }, throws: {
            "\($0)".contains("1 missing: features.21.bias")
        })
        let changed = tensors.map { $0.name == "features.5.weight" ? ($0.name, Tensor(zeros: [128, 64, 1, 1])) : $0 }
        #expect(performing: { try network(changed) }, throws: {
            "\($0)".contains("features.5.weight (expected 128×64×3×3, found 128×64×1×1)")
        })
    }
}
