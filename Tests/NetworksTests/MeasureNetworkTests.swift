import Checkpoints
import Networks
import Tensors
import Testing
import TestSupport

/// The networks that measures rest on against the lpips package, pytorch-fid, torchvision, facenet-pytorch and PyTorch, with
/// weights that both sides draw alike (Tools/fixtures/make_measure_fixtures.py).
@Suite struct MeasureNetworkTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ tensors: [(name: String, tensor: Tensor)], _ name: String = "network.safetensors") throws -> Checkpoint {
        try SafetensorsFile.write(tensors, to: folder.file(name), overwrite: true)
        return try .open(folder.file(name))
    }

    @Test(arguments: [("alex", "AlexNet"), ("vgg", "VGG-16")])
    func lpipsEqualsThePackage(_ kind: String, _ name: String) throws {
        let vectors = try ReferenceVectors.file("lpips.safetensors")
        let rest = [("classifier.1.weight", Tensor(zeros: [4, 2])), ("classifier.1.bias", Tensor(zeros: [4]))]
        let backbone = try vectors.drawn("\(kind)/shapes/", seed: 32), linear = try vectors.drawn("\(kind)/lin-shapes/", seed: 33)
        let lpips = try LPIPS(backbone: write(backbone + rest), linear: write(linear, "linear.safetensors"))
        #expect(lpips.name == name)
        let (a, b) = (try vectors("a"), try vectors("b")), expected = try vectors("\(kind)/distances").values
        #expect(expected.count == 2)
        for item in 0..<2 {
            let (x, y) = (lpips.features(a.items(item..<item + 1)), lpips.features(b.items(item..<item + 1)))
            let found = lpips.distance(x, y)
            #expect(abs(found - Double(expected[item])) <= 1e-5, "\(found) for \(expected[item])")
            #expect(lpips.distance(x, x) == 0 && abs(lpips.distance(y, x) - found) < 1e-9)
        }
        // The smallest pictures.
        let corner = a.items(0..<1).cropped(height: LPIPS.smallestSide, width: LPIPS.smallestSide)
        #expect(lpips.distance(lpips.features(corner), lpips.features(corner)) == 0)
    }

    @Test func lpipsFilesBelongTogether() throws {
        let vectors = try ReferenceVectors.file("lpips.safetensors")
        let alex = try vectors.drawn("alex/shapes/", seed: 32), linear = try vectors.drawn("vgg/lin-shapes/", seed: 33)
        let (backbone, other) = (try write(alex), try write(linear, "linear.safetensors"))
        #expect(performing: { try LPIPS(backbone: backbone, linear: other) }, throws: {
            "\($0)".contains("lin1.model.1.weight (expected 1×192×1×1, found 1×128×1×1)") && "\($0)".contains("belong to AlexNet")
        })
        #expect(performing: { try LPIPS(backbone: other, linear: other) }, throws: { "\($0)".contains("found neither") })
        let rest = alex.filter { $0.name != "features.8.bias" } + [("features.9.weight", Tensor(zeros: [1]))]
        let cut = try write(rest, "cut.safetensors")
        #expect(performing: { try LPIPS(backbone: cut, linear: other) }, throws: {
            "\($0)".contains("1 missing: features.8.bias") && "\($0)".contains("1 unknown: features.9.weight")
        })
    }

    @Test(arguments: [("frechet", 42), ("torchvision", 43)] as [(String, UInt64)])
    func inceptionEqualsPyTorch(_ kind: String, _ seed: UInt64) throws {
        let vectors = try ReferenceVectors.file("inception.safetensors")
        let inception = try InceptionV3(write(vectors.drawn("\(kind)/shapes/", seed: seed)))
        #expect(inception.kind == (kind == "frechet" ? .frechet : .torchvision))
        let picture = try vectors("picture")
        let found = inception.features(picture)
        let difference = Difference(found.reshaped([InceptionV3.featureCount]), try vectors("\(kind)/features"))
        #expect(difference.sameShape && difference.relative <= 1e-4, "\(difference)")
        // The features tell pictures apart.
        let other = inception.features(Tensor(picture.values.map { -$0 }, picture.shape))
        #expect(Difference(other, found).relative > 0.01)
    }

    @Test func inceptionIsStrict() throws {
        let vectors = try ReferenceVectors.file("inception.safetensors")
        let tensors = try vectors.drawn("frechet/shapes/", seed: 42)
        let headless = try write(tensors.filter { $0.name != "fc.weight" })
        #expect(performing: { try InceptionV3(headless) }, throws: { "\($0)".contains("1008×2048") })
        let short = try write(tensors.filter { $0.name != "Mixed_6b.branch7x7_2.bn.running_var" }, "short.safetensors")
        #expect(performing: { try InceptionV3(short) }, throws: {
            "\($0)".contains("1 missing: Mixed_6b.branch7x7_2.bn.running_var")
        })
    }

    @Test(arguments: [("facenet", "InceptionResnetV1", 160), ("arcface", "ArcFace iresnet16", 112)])
    func identityNetworksEqualPyTorch(_ kind: String, _ name: String, _ side: Int) throws {
        let vectors = try ReferenceVectors.file("identity.safetensors")
        let network = try IdentityNetworks.open(write(vectors.drawn("\(kind)/shapes/", seed: 52)))
        #expect(network.name == name && network.side == side)
        var random = RandomSource(seed: 51)
        let picture = Tensor((0..<3 * side * side).map { _ in 2 * random.uniform() - 1 }, [1, 3, side, side])
        let found = network.features(picture)
        let difference = Difference(found.reshaped([512]), try vectors("\(kind)/features"))
        #expect(difference.sameShape && difference.relative <= 1e-4, "\(difference)")
        // Pictures of a batch do not touch each other.
        let pair = network.features(Tensor(picture.values.map { 0.5 * $0 } + picture.values, [2, 3, side, side]))
        #expect(Difference(pair.items(1..<2), found).relative <= 1e-5)
    }

    @Test func otherFilesAreNoIdentityNetworks() throws {
        let other = try write([("features.0.weight", Tensor(zeros: [64, 3, 3, 3]))])
        #expect(performing: { try IdentityNetworks.open(other) }, throws: { "\($0)".contains("InceptionResnetV1") })
    }
}
