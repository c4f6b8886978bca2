import Dispatch

/// How long steps take.
struct StepTiming {
    /// How many of the newest steps count for the rate.
    private static let window = 100

    private var ends: [UInt64] = [DispatchTime.now().uptimeNanoseconds]

    /// Notes that a step has ended.
    ///
    /// - Returns: the seconds since the end of the last one (validations and checkpoints between them included), and the steps a second over
    ///   the last 100.
    mutating func stepEnded() -> (seconds: Double, stepsPerSecond: Double) {
        let now = DispatchTime.now().uptimeNanoseconds
        let seconds = Double(now - ends.last!) / 1e9
        ends.append(now)
        if ends.count > Self.window + 1 { ends.removeFirst() }
        return (seconds, Double(ends.count - 1) / max(Double(now - ends[0]) / 1e9, 1e-9))
    }
}
