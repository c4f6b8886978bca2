import Checkpoints
import Networks
import Tensors
import Testing
import TestSupport

/// The detail that a network loses of its source.
@Suite struct DetailedPortraitTests {
    private let lia: LIA
    private let picture: Tensor

    init() throws {
        lia = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt")))
        picture = try ReferenceVectors.tinyNetwork()("source")
    }

    private func farthest(_ a: Tensor, _ b: Tensor) -> Float { zip(a.values, b.values).map { abs($0 - $1) }.max()! }

    /// With its own motion a source is itself, whatever the network makes of it, at any size.
    @Test func aStillSourceIsItself() {
        let plain = lia.encode(source: picture)
        #expect(farthest(lia.generate(plain, motion: plain.magnitudes), picture) > 0.1)
        for side in [64, 100, 128] {
            var random = RandomSource(seed: 4)
            let large = side == 64 ? picture : random.normal([1, 3, side, side])
            let portrait = DetailedPortrait(lia.encode(picture), of: large, network: lia)
            let result = portrait.picture(portrait.motion)
            #expect(result.shape == [1, 3, side, side] && farthest(result, large) < 1e-4)
            #expect(portrait.motion.values == plain.magnitudes.values && portrait.side == side)
        }
    }

    /// A black-and-white source with detail stays that in every pose, and is itself in its own; a colored one, or one without detail, is as
    /// the network paints it.
    @Test func aGraySourceStaysGray() throws {
        let size = picture.count / 3, gray = Tensor((0..<3 * size).map { picture.values[$0 % size] }, picture.shape)
        let driving = try ReferenceVectors.tinyNetwork()("driving"), motion = lia.encode(driving: driving)
        func colors(_ source: Tensor, detail: Bool) throws -> Float {
            let model = PortraitModel(name: "tiny", network: lia, usesDetail: detail)
            let values = try model.encode(source, detail: source).picture(motion).values
            return (0..<size).map { abs(values[$0] - values[size + $0]) + abs(values[size + $0] - values[2 * size + $0]) }.max()!
        }
        #expect(try colors(gray, detail: true) == 0 && colors(picture, detail: true) > 0.1 && colors(gray, detail: false) > 0.01)
        let portrait = try PortraitModel(name: "tiny", network: lia, usesDetail: true).encode(gray, detail: gray)
        #expect(farthest(portrait.picture(portrait.motion), gray) < 1e-4)
        // What a scanner leaves, five levels of red, and one colored pixel of a hundred are not color; ten levels are.
        func tinted(_ levels: Float, colored: Int) -> Tensor {
            Tensor(gray.values.indices.map { gray.values[$0] + ($0 < size ? 2 * levels / 255 : $0 < size + colored ? 1 : 0) }, gray.shape)
        }
        #expect(try colors(tinted(5, colored: size / 100), detail: true) == 0)
        #expect(try colors(tinted(5, colored: size / 50), detail: true) > 0 && colors(tinted(10, colored: 0), detail: true) > 0)
    }

    /// A source that the network rebuilds without loss has no detail to add, in any motion.
    @Test func nothingLostIsNothingAdded() throws {
        let plain = lia.encode(source: picture)
        let rebuilt = lia.generate(plain, motion: plain.magnitudes)
        let portrait = DetailedPortrait(lia.encode(picture), of: rebuilt, network: lia)
        let motion = lia.encode(driving: try ReferenceVectors.tinyNetwork()("driving"))
        #expect(farthest(portrait.picture(motion), lia.generate(plain, motion: motion)) < 1e-6)
    }
}
