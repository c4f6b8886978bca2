import Faces
import Tensors

/// Smooths the motions of the driving faces, each by a one-euro filter of its own, and measures how much they tremble.
package struct MotionSmoothing {
    private let strength: Float
    private var filters: [OneEuroFilter] = []
    private var before: [JitterMeter] = [], after: [JitterMeter] = []

    /// - Parameter strength: 0 leaves the motions as they are, bit for bit; 1 is the most.
    package init(strength: Float) { self.strength = strength }

    /// - Parameters:
    ///   - motions: (1, V) for each face; nil where it is not seen, which stays so.
    ///   - time: in seconds, increasing.
    package mutating func next(_ motions: [Tensor?], time: Double) -> [Tensor?] {
        while filters.count < motions.count {
            filters.append(OneEuroFilter(strength: Double(strength)))
            before.append(JitterMeter())
            after.append(JitterMeter())
        }
        return motions.enumerated().map { index, motion in
            guard let motion else { return nil }
            let values = motion.values
            let smooth = strength > 0 ? filters[index].next(values, time: time) : values
            before[index].add(values)
            after[index].add(smooth)
            return strength > 0 ? Tensor(smooth, motion.shape) : motion
        }
    }

    /// The mean over the faces.
    package var jitter: Jitter {
        func mean(_ meters: [JitterMeter]) -> Float { meters.isEmpty ? 0 : meters.reduce(0) { $0 + $1.mean } / Float(meters.count) }
        return Jitter(before: mean(before), after: mean(after))
    }
}
