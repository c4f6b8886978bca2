import Faces
import Foundation

/// How far lids, lips, brows and the mouth's breadth of a result follow those of the driving face: correlation and slope over the frames.
package struct ExpressionFollowing {
    package init() {}

    /// Fewer frames say nothing.
    static let leastFrames = 10
    /// The standard deviation from which on a distance of the driving face counts as moving.
    static let leastMotion = 0.02
    private static let measures: [(correlation: Measure, slope: Measure)] = [
        (.lidsCorrelation, .lidsSlope), (.lipsCorrelation, .lipsSlope), (.browsCorrelation, .browsSlope),
        (.breadthCorrelation, .breadthSlope),
    ]

    private var driving = [[Double]](repeating: [], count: measures.count), result = [[Double]](repeating: [], count: measures.count)

    /// Counts a frame in which both faces are seen; any other is left out.
    package mutating func add(driving: FaceDistances?, result: FaceDistances?) {
        guard let driving, let result else { return }
        for (index, (a, b)) in zip(driving.values, result.values).enumerated() where a.isFinite && b.isFinite {
            self.driving[index].append(Double(a))
            self.result[index].append(Double(b))
        }
    }

    /// What is defined: nothing of what the driving face hardly moves.
    package var scores: [Measure: Double] {
        var scores: [Measure: Double] = [:]
        for (index, measure) in Self.measures.enumerated() {
            let (x, y) = (driving[index], result[index])
            guard x.count >= Self.leastFrames, let deviation = Self.deviation(x), deviation >= Self.leastMotion,
                let other = Self.deviation(y), other > 0, let correlation = Correlation.between(x, y)
            else { continue }
            scores[measure.correlation] = correlation
            // 1 where the result changes as much as the driving face.
            scores[measure.slope] = correlation * other / deviation
        }
        return scores
    }

    /// The standard deviation of all the values there are.
    private static func deviation(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
}
