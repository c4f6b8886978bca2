import Animation
import Tensors
import Testing

@Suite struct MotionSmoothingTests {
    @Test func noStrengthLeavesEveryBit() {
        var smoothing = MotionSmoothing(strength: 0)
        for frame in 0..<20 {
            let values = [Float(frame % 3) * 0.37, -1.5]
            #expect(smoothing.next([Tensor(values, [1, 2])], time: Double(frame) / 25)[0]?.values == values)
        }
        #expect(smoothing.jitter.before == smoothing.jitter.after && smoothing.jitter.before > 0)
    }

    /// Each face has a filter of its own, and one that is not seen stays so.
    @Test func facesAreSmoothedOneByOne() {
        var smoothing = MotionSmoothing(strength: 0.8)
        for frame in 0..<60 {
            let trembling = Tensor([Float(frame % 2) * 0.1], [1, 1])
            let found = smoothing.next([trembling, frame == 30 ? nil : Tensor([4], [1, 1])], time: Double(frame) / 25)
            #expect(frame == 30 ? found[1] == nil : found[1]?.values == [4])
        }
        #expect(smoothing.jitter.after < 0.5 * smoothing.jitter.before)
    }
}
