/// A value that changes evenly in the first steps of a run.
package enum Schedule {
    /// The value at `step`, counted from 0, of what goes from `start` to `end` in `count` steps and then stays.
    package static func value(from start: Double, to end: Double, in count: Int, at step: Int) -> Double {
        step >= count ? end : start + (end - start) * Double(step) / Double(count)
    }
}
