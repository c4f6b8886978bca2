import Tensors

/// A mean over clips, and how sure it is.
public struct Estimate: Codable, Equatable, Sendable {
    public let mean: Double
    /// The ends of the 95% confidence interval of the mean, by a percentile bootstrap over clips (Efron 1979); nil of fewer than
    /// two clips.
    public let low, high: Double?

    /// How often clips are resampled, from a fixed seed.
    static let resamples = 2000

    /// - Parameter values: one for each clip, at least one.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "an estimate needs values")
        let count = values.count
        mean = values.reduce(0, +) / Double(count)
        guard count > 1 else {
            (low, high) = (nil, nil)
            return
        }
        var random = RandomSource(seed: 0x626F_6F74)
        let means = (0..<Self.resamples).map { _ in
            (0..<count).reduce(0.0) { sum, _ in sum + values[Int.random(in: 0..<count, using: &random)] } / Double(count)
        }.sorted()
        (low, high) = (Self.quantile(means, 0.025), Self.quantile(means, 0.975))
    }

    /// Between the two nearest of sorted values, linearly.
    private static func quantile(_ sorted: [Double], _ part: Double) -> Double {
        let place = part * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
