import Foundation

/// The Kalman smoother of a number that stays where it is but for small steps: what is observed is the state itself.
///
/// The first mean is the first observation and its variance 1; the variance of a step is 1e-5. Forward, with the observation's variance r:
/// P⁻ = P + 1e-5, K = P⁻/(P⁻ + r), m = m⁻ + K·(z − m⁻), P = P⁻ − K·P⁻; backward: mˢᵢ = mᵢ + (Pᵢ/P⁻ᵢ₊₁)·(mˢᵢ₊₁ − m⁻ᵢ₊₁).
package enum KalmanSmoothing {
    /// The authors' variance of an observation.
    package static let usualVariance = 3e-7
    private static let stepVariance = 1e-5

    /// The variance for a strength: 0 is the authors' light smoothing, 1 smooths over some ten frames.
    package static func variance(strength: Float) -> Double {
        // From 3e-7 to 1e-3 in equal ratios.
        usualVariance * pow(1e-3 / usualVariance, Double(strength))
    }

    /// - Parameters:
    ///   - rows: one a frame, of equally many numbers, each of which is smoothed on its own.
    ///   - variance: of an observation; the larger the smoother.
    package static func smoothed(_ rows: [[Float]], variance: Double) -> [[Float]] {
        guard let width = rows.first?.count else { return [] }
        // The variances are those of all numbers.
        var before = [1.0], after: [Double] = []
        for index in rows.indices {
            if index > 0 { before.append(after[index - 1] + stepVariance) }
            let gain = before[index] / (before[index] + variance)
            after.append(before[index] - gain * before[index])
        }
        var result = rows
        for place in 0..<width {
            var means: [Double] = []
            for index in rows.indices {
                let z = Double(rows[index][place]), prior = index == 0 ? z : means[index - 1]
                means.append(prior + before[index] / (before[index] + variance) * (z - prior))
            }
            var next = means[rows.count - 1]
            result[rows.count - 1][place] = Float(next)
            for index in (0..<rows.count - 1).reversed() {
                next = means[index] + after[index] / before[index + 1] * (next - means[index])
                result[index][place] = Float(next)
            }
        }
        return result
    }
}
