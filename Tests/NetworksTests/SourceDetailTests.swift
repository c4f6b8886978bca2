import Checkpoints
import Networks
import Tensors
import Testing
import TestSupport

/// The detail that a network loses of its source.
@Suite struct SourceDetailTests {
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
        #expect(plain.detail == nil && farthest(lia.generate(plain, motion: plain.magnitudes), picture) > 0.1)
        for side in [64, 100, 128] {
            var random = RandomSource(seed: 4)
            let large = side == 64 ? picture : random.normal([1, 3, side, side])
            let source = lia.encode(source: picture, detail: large)
            let result = lia.generate(source, motion: source.magnitudes)
            #expect(result.shape == [1, 3, side, side] && farthest(result, large) < 1e-4)
            #expect(source.magnitudes.values == plain.magnitudes.values)
        }
    }

    /// A source that the network rebuilds without loss has no detail to add, in any motion.
    @Test func nothingLostIsNothingAdded() throws {
        let plain = lia.encode(source: picture)
        let rebuilt = lia.generate(plain, motion: plain.magnitudes)
        let source = lia.encode(source: picture, detail: rebuilt)
        let motion = lia.encode(driving: try ReferenceVectors.tinyNetwork()("driving"))
        #expect(farthest(lia.generate(source, motion: motion), lia.generate(plain, motion: motion)) < 1e-6)
    }
}
