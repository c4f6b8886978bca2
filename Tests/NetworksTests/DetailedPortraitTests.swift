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

    /// A source that the network rebuilds without loss has no detail to add, in any motion.
    @Test func nothingLostIsNothingAdded() throws {
        let plain = lia.encode(source: picture)
        let rebuilt = lia.generate(plain, motion: plain.magnitudes)
        let portrait = DetailedPortrait(lia.encode(picture), of: rebuilt, network: lia)
        let motion = lia.encode(driving: try ReferenceVectors.tinyNetwork()("driving"))
        #expect(farthest(portrait.picture(motion), lia.generate(plain, motion: motion)) < 1e-6)
    }
}
