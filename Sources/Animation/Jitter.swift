/// How much a sequence of values trembles: the mean over its frames of √(mean of squared second differences), before and after smoothing.
public struct Jitter: Codable, Equatable, Sendable {
    public let before, after: Float

    public init(before: Float, after: Float) { (self.before, self.after) = (before, after) }

    /// The mean second difference of a sequence; 0 where there are fewer than three.
    ///
    /// - Parameter values: equally many in each frame.
    public static func of(_ values: [[Float]]) -> Float {
        guard values.count > 2 else { return 0 }
        var meter = JitterMeter()
        for value in values { meter.add(value) }
        return meter.mean
    }
}
