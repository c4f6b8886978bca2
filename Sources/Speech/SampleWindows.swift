/// Cuts a stream of samples into windows of equal length that overlap; only the samples of the next window are kept.
package struct SampleWindows {
    private let length, step: Int
    private var waiting: [Double]
    /// Samples taken, and windows given.
    package private(set) var samples = 0, windows = 0

    /// - Parameters:
    ///   - length, step: of a window, and from the beginning of one to that of the next, in samples.
    ///   - lead: zeros before the first sample.
    package init(length: Int, step: Int, lead: Int = 0) {
        (self.length, self.step) = (length, step)
        waiting = [Double](repeating: 0, count: lead)
    }

    /// Takes samples, and returns the windows that they complete.
    package mutating func take(_ piece: [Double]) -> [ArraySlice<Double>] {
        samples += piece.count
        waiting += piece
        return cut(upTo: .max)
    }

    /// The windows that are left, up to so many in all, with zeros after the last sample.
    package mutating func finish(count: Int) -> [ArraySlice<Double>] {
        guard windows < count else { return [] }
        let needed = (count - windows - 1) * step + length
        waiting += [Double](repeating: 0, count: max(0, needed - waiting.count))
        return cut(upTo: count)
    }

    private mutating func cut(upTo most: Int) -> [ArraySlice<Double>] {
        let all = waiting
        var start = 0, found: [ArraySlice<Double>] = []
        while start + length <= all.count, windows < most {
            found.append(all[start..<start + length])
            windows += 1
            start += step
        }
        waiting = Array(all[min(start, all.count)...])
        return found
    }
}
