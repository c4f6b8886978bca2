import Networks
import Tensors
import Testing

/// Transfer against its formulas.
@Suite struct TransferTests {
    private let lia = LIA(LIAConfiguration(size: 32, channels: [4, 4, 4, 4], code: 8, directions: 3), seed: 2)
    private let driving = Tensor([1, -2, 4], [1, 3])
    private let reference = Tensor([0.5, 1, 3], [1, 3])
    private let source = Tensor([-1, 0.25, 2], [1, 3])

    private func transfer(_ mode: TransferMode, _ strength: Float) -> [Float] {
        lia.transfer(mode, driving: driving, reference: reference, source: source, strength: strength).values
    }

    @Test func modesFollowTheirFormulas() {
        #expect(transfer(.absolute, 1) == [1, -2, 4])
        #expect(transfer(.relative, 1) == [-0.5, -2.75, 3])
    }

    @Test func strengthScalesWhatIsAdded() {
        for mode in TransferMode.allCases { #expect(transfer(mode, 0) == [-1, 0.25, 2]) }
        #expect(transfer(.relative, 2) == [0, -5.75, 4])
        #expect(transfer(.absolute, 0.5) == [0, -0.875, 3])
    }

    /// Gains scale the change along each direction by itself, and nothing else: neither the source, nor absolute motion.
    @Test func gainsScaleRelativeMotion() {
        let gains = [2, 1, 0.5].map { DirectionGain($0) }
        func moved(_ mode: TransferMode, _ strength: Float) -> [Float] {
            lia.transfer(mode, driving: driving, reference: reference, source: source, strength: strength, gains: gains).values
        }
        #expect(moved(.relative, 1) == [0, -2.75, 2.5])
        #expect(moved(.relative, 2) == [1, -5.75, 3])
        #expect(moved(.absolute, 0.5) == transfer(.absolute, 0.5))
        let gained = LIA(lia, gains: gains), picture = Tensor(zeros: [1, 3, 32, 32])
        let portrait = gained.encode(picture), own = portrait.motion.values
        var choice = Transfer(.relative)
        #expect(gained.choices.contains(.gains) && !choice.choices.contains(.gains))
        let with = gained.transfer(choice, driving: driving, reference: reference, to: portrait).values
        choice.usesGains = false
        let without = gained.transfer(choice, driving: driving, reference: reference, to: portrait).values
        for (index, change) in [Float(0.5), -3, 1].enumerated() {
            #expect(abs(with[index] - own[index] - change * gains[index].factor) < 1e-5)
            #expect(abs(without[index] - own[index] - change) < 1e-5)
        }
    }

    /// Enlarging stops at the limits; what is past them as it is read, is left.
    @Test func gainsStopAtTheirLimits() {
        let gains = [DirectionGain(3, limits: -1...1), DirectionGain(3, limits: -4...4), DirectionGain(3, limits: -2...0.5)]
        // Changes of 0.5, −3 and 1.
        let moved = lia.transfer(.relative, driving: driving, reference: reference, source: source, strength: 1, gains: gains)
        #expect(moved.values == [0, -3.75, 3])
    }

    @Test func theReferenceFrameLeavesTheSourceAsItIs() {
        let same = lia.transfer(.relative, driving: reference, reference: reference, source: source, strength: 3)
        #expect(same.values == source.values)
    }

    @Test func distanceIsEuclidean() {
        #expect(lia.distance(Tensor([0, 3, 0], [1, 3]), Tensor([4, 0, 0], [1, 3])) == 5)
    }
}
