import Dispatch
import Foundation

/// Seconds of a piece of work in several rounds: by the clock, and of the processor on all threads together.
public struct Stopwatch {
    public private(set) var seconds: [Double] = []
    public private(set) var processorSeconds: [Double] = []

    public init() {}

    /// Runs the work, notes its time and returns its result.
    public mutating func time<Result>(_ work: () throws -> Result) rethrows -> Result {
        let clock = DispatchTime.now().uptimeNanoseconds, processor = Self.processorTime()
        let result = try work()
        processorSeconds.append(Self.processorTime() - processor)
        seconds.append(Double(DispatchTime.now().uptimeNanoseconds - clock) * 1e-9)
        return result
    }

    /// Forgets the rounds so far, which warmed up.
    public mutating func reset() { self = Stopwatch() }

    public var median: Double { Self.median(seconds) }

    /// The times of two pieces of work, added round by round.
    public static func + (a: Stopwatch, b: Stopwatch) -> Stopwatch {
        var sum = Stopwatch()
        sum.seconds = zip(a.seconds, b.seconds).map(+)
        sum.processorSeconds = zip(a.processorSeconds, b.processorSeconds).map(+)
        return sum
    }

    /// For JSON: the median, and every round.
    public var json: [String: Any] { ["seconds": median, "all": seconds, "processor_all": processorSeconds] }

    /// The middle value; the mean of the middle two for an even number of values.
    public static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted(), half = values.count / 2
        return values.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
