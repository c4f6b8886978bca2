import Checkpoints
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// The whole network against the authors' modules, from both of PyTorch's file formats.
@Suite struct TinyNetworkTests {
    static let files = ["reference/lia-tiny.pt", "reference/lia-tiny-legacy.pt"]

    private func network(_ file: String) throws -> LIA { try LIA(Checkpoint.open(Fixture.path(file))) }

    private func expectClose(_ found: Tensor, _ name: String, _ vectors: ReferenceVectors) throws {
        let difference = Difference(found, try vectors(name))
        #expect(difference.sameShape && difference.largest <= 1e-4, "\(name): \(difference)")
    }

    @Test func measuresAreReadOffTheTensors() throws {
        let configuration = try network(Self.files[0]).configuration
        #expect(
            configuration
                == LIAConfiguration(size: 64, channels: [32, 32, 24, 16, 8], code: 64, directions: 20))
        #expect(configuration.channelTable == "4:32 8:32 16:24 32:16 64:8")
    }

    @Test(arguments: files) func encoderEqualsReference(_ file: String) throws {
        let (lia, vectors) = (try network(file), try ReferenceVectors.tinyNetwork())
        let source = lia.encode(source: try vectors("source"))
        try expectClose(source.code, "source_code", vectors)
        try expectClose(source.magnitudes, "source_magnitudes", vectors)
        #expect(source.features.count == 4)
        for (index, features) in source.features.enumerated() {
            try expectClose(features, "source_feature\(index)", vectors)
        }
        try expectClose(lia.encode(driving: try vectors("driving")), "driving_magnitudes", vectors)
        try expectClose(lia.motionDictionary.directions, "directions", vectors)
    }

    @Test(arguments: files) func bothTransferModesEqualReference(_ file: String) throws {
        let (lia, vectors) = (try network(file), try ReferenceVectors.tinyNetwork())
        let source = lia.encode(source: try vectors("source"))
        let driving = lia.encode(driving: try vectors("driving"))
        for mode in TransferMode.allCases {
            let motions = (0..<4).map {
                lia.transfer(
                    mode, driving: driving.items($0..<$0 + 1), reference: driving.items(0..<1),
                    source: source.magnitudes, strength: 1)
            }
            // Frame by frame, and as a batch of four with the one source.
            let frames = motions.map { lia.generate(source, motion: $0) }
            let expected = try vectors(mode.rawValue)
            for (index, frame) in frames.enumerated() {
                let difference = Difference(frame, expected.items(index..<index + 1))
                #expect(difference.sameShape && difference.largest <= 1e-4, "\(mode) \(index): \(difference)")
            }
            let batch = lia.generate(source, motion: Tensor(motions.flatMap(\.values), [4, 20]))
            try expectClose(batch, mode.rawValue, vectors)
        }
    }

    @Test(arguments: files) func everyLevelEqualsReference(_ file: String) throws {
        let (lia, vectors) = (try network(file), try ReferenceVectors.tinyNetwork())
        let source = lia.encode(source: try vectors("source"))
        let driving = lia.encode(driving: try vectors("driving"))
        let motion = lia.transfer(
            .relative, driving: driving.items(2..<3), reference: driving.items(0..<1), source: source.magnitudes,
            strength: 1)
        var levels = [Warp.Result]()
        _ = lia.generate(source, magnitudes: motion) { _, warp in levels.append(warp) }
        #expect(levels.count == 4)
        for (index, level) in levels.enumerated() {
            try expectClose(level.flow, "relative2/flow\(index)", vectors)
            try expectClose(level.mask, "relative2/mask\(index)", vectors)
            try expectClose(level.warped, "relative2/warped\(index)", vectors)
        }
    }

    @Test(arguments: files) func manipulationEqualsReference(_ file: String) throws {
        let (lia, vectors) = (try network(file), try ReferenceVectors.tinyNetwork())
        let source = lia.encode(source: try vectors("source"))
        let names = vectors.names(under: "manipulate/d")
        #expect(names.count == 6)
        for name in names {
            let parts = name.split(separator: "/")
            var magnitudes = source.magnitudes.values
            magnitudes[Int(parts[0])!] += Float(parts[1])!
            try expectClose(
                lia.generate(source, motion: Tensor(magnitudes, [1, 20])), "manipulate/d\(name)", vectors)
        }
    }
}
