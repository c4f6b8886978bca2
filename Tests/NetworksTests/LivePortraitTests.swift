import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// LivePortrait's networks against the authors' modules, from files in the layout that they publish.
@Suite struct LivePortraitTests {
    private let networks: LivePortraitNetworks
    private let vectors: ReferenceVectors

    init() throws {
        let checkpoint = try ModelLocator.checkpoint(Fixture.path("liveportrait/small"))
        networks = try LivePortraitNetworks(checkpoint, prefix: try #require(try LivePortraitNetworks.prefix(in: checkpoint)))
        vectors = try ReferenceVectors.file("liveportrait/cases.safetensors")
    }

    private func expectClose(_ found: Tensor, _ name: String, _ path: OperatorPath = .fast) throws {
        let expected = try vectors(name), difference = Difference(found.reshaped(expected.shape), expected)
        #expect(difference.isWithin(4e-5), "\(name), \(path): \(difference)")
    }

    /// A picture of the vectors as RGB in [0, 1].
    private func picture(_ name: String, _ index: Int = 0) throws -> Tensor {
        let bytes = try vectors(name), side = bytes.shape[bytes.shape.count - 2]
        let pixels = bytes.values[index * side * side * 3..<(index + 1) * side * side * 3].map { $0 / 255 }
        return ChannelsFirst.forward(Tensor(pixels, [1, side, side, 3]))
    }

    @Test func measuresAreReadOffTheTensors() {
        let c = networks.configuration
        var expected = LivePortraitConfiguration.published
        (expected.appearance, expected.volumeChannels, expected.depth, expected.volumeBlocks) = ([4, 8, 16], 6, 4, 2)
        (expected.motionWidths, expected.motionBlocks) = ([8, 12, 16, 24], [1, 1, 2, 1])
        (expected.compressed, expected.encoder, expected.decoder) = (2, [8, 16, 24], [16, 8, 4])
        (expected.labels, expected.labelsBefore, expected.generator, expected.doubled, expected.modulation) = (8, 8, 16, [8, 4], 16)
        expected.stitching = [126, 16, 16, 8, 65]
        (expected.eye, expected.lip) = ([66, 24, 24, 16, 16, 8, 63], [65, 16, 16, 8, 63])
        #expect(c == expected)
        #expect(c.inputSize == 64 && c.outputSize == 128)
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func appearanceEqualsReference(_ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            var parts: [(name: String, values: Tensor)] = []
            let volume = networks.appearance(try picture("source")) { parts.append(($0, $1)) }
            for name in ["first", "down0", "down1", "second", "resblock0"] {
                try expectClose(try #require(parts.first { $0.name == name }?.values), "F/\(name)", path)
            }
            try expectClose(volume, "F/feature", path)
        }
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func motionEqualsReference(_ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            var parts: [(name: String, values: Tensor)] = []
            let source = networks.motion(try picture("source")) { parts.append(($0, $1)) }
            let names = vectors.names(under: "M/source/").filter { $0.hasPrefix("raw/") || $0.hasPrefix("down") || $0.hasPrefix("stage") }
            #expect(names.count == 15)
            for name in names + ["pooled"] {
                try expectClose(try #require(parts.first { $0.name == name }?.values), "M/source/\(name)", path)
            }
            try expectHeads(source, "M/source", path)
            // As a batch, and one by one.
            let frames = try (0..<3).map { try picture("driving", $0) }
            for (index, frame) in frames.enumerated() { try expectHeads(networks.motion(frame), "M/driving\(index)", path) }
            let batch = networks.motion(Tensor(frames.flatMap(\.values), [3, 3, 64, 64]))
            for index in 0..<3 {
                try expectClose(batch.expression.items(index..<index + 1), "M/driving\(index)/exp", path)
                try expectClose(batch.yaw.items(index..<index + 1), "M/driving\(index)/yaw", path)
            }
        }
    }

    private func expectHeads(_ heads: MotionHeads, _ name: String, _ path: OperatorPath) throws {
        for (part, values) in [
            ("kp", heads.keyPoints), ("exp", heads.expression), ("t", heads.translation), ("scale", heads.scale), ("pitch", heads.pitch),
            ("yaw", heads.yaw), ("roll", heads.roll),
            ("R", HeadPose.rotation(pitch: heads.pitch, yaw: heads.yaw, roll: heads.roll)),
        ] { try expectClose(values, "\(name)/\(part)", path) }
    }

    @Test func pointNetworksEqualReference() throws {
        let source = try vectors("W/x_s").values
        for index in 0..<3 {
            let x = try vectors("M/driving\(index)/x").values, delta = networks.stitching(Tensor(source + x, [1, 126]))
            try expectClose(delta, "S/stitching\(index)/delta")
            let d = delta.values, stitched = x.indices.map { x[$0] + d[$0] + ($0 % 3 < 2 ? d[63 + $0 % 3] : 0) }
            try expectClose(Tensor(stitched, [1, 63]), "S/stitching\(index)/x")
        }
        for (name, network) in [("eye", networks.eye), ("lip", networks.lip)] {
            let ratios = try vectors("S/\(name)/ratios").values
            try expectClose(network(Tensor(source + ratios, [1, 63 + ratios.count])), "S/\(name)/delta")
        }
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func warpingEqualsReference(_ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            let prepared = networks.warping.prepare(try vectors("F/feature"))
            var parts: [String: Tensor] = [:]
            let label = networks.warping.label(
                prepared, sourcePoints: try vectors("W/x_s"), targetPoints: try vectors("W/x_d")
            ) { stage, level, values in
                parts[[.encoder, .decoder].contains(stage) ? "\(stage)\(level)" : "\(stage)"] = values
            }
            let read = try #require(parts["hypotheses"])
            let some = (Array(0..<12) + Array(60..<66)).flatMap { read.values[$0 * 1024..<($0 + 1) * 1024] }
            try expectClose(Tensor(some, [1, 18, 4, 16, 16]), "W/hourglass_input_some", path)
            let prediction = try #require(parts["prediction"])
            let sixth = stride(from: 0, to: 70, by: 6).flatMap { prediction.values[$0 * 1024..<($0 + 1) * 1024] }
            try expectClose(Tensor(sixth, [1, 12, 4, 16, 16]), "W/prediction_every6", path)
            let others =
                ["mask", "deformation", "occlusion", "warped", "third", "fourth"] + (0..<3).flatMap { ["encoder\($0)", "decoder\($0)"] }
            for name in others { try expectClose(try #require(parts[name]), "W/\(name)", path) }
            try expectClose(label, "W/out", path)
        }
    }

    /// bfloat16 stays within 40 dB of float32, by pairs and by tiles.
    @Test(arguments: [false, true]) func bfloat16IsNear(byTiles: Bool) throws {
        let source = try picture("source"), points = (try vectors("W/x_s"), try vectors("W/x_d"))
        func made() -> Tensor {
            let prepared = networks.warping.prepare(networks.appearance(source))
            return networks.generator(networks.warping.label(prepared, sourcePoints: points.0, targetPoints: points.1))
        }
        let lower = Precision.$chosen.withValue(.bfloat16) { Precision.$takesTiles.withValue(byTiles) { made() } }
        let squares = zip(made().values, lower.values).map { ($0 - $1) * ($0 - $1) }, mean = squares.reduce(0, +) / Float(squares.count)
        // Winograd's ways round nothing where pairs are not faster than float32.
        let rounds = byTiles || Precision.hasFastBFloat16
        #expect((mean > 0 || !rounds) && -10 * log10(mean) >= 40, "\(-10 * log10(mean)) dB")
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func generatorEqualsReference(_ path: OperatorPath) throws {
        try OperatorPath.$current.withValue(path) {
            var parts: [(name: String, values: Tensor)] = []
            let picture = networks.generator(try vectors("W/out")) { parts.append(($0, $1)) }
            #expect(parts.map(\.name) == ["fc"] + (0..<6).map { "middle\($0)" } + ["up_0", "up_1", "logits"])
            for (name, values) in parts { try expectClose(values, "G/\(name)", path) }
            // Pictures of 8 bits are cut off, not rounded; a value beside a whole number may fall on either side.
            let bytes = ChannelsLast.forward(picture).values.map { ($0 * 255).rounded(.down) }, expected = try vectors("picture").values
            let differing = zip(bytes, expected).filter { $0 != $1 }
            #expect(
                differing.count <= bytes.count / 1000 && differing.allSatisfy { abs($0 - $1) <= 1 }, "\(differing.count) of \(bytes.count)")
        }
    }
}
