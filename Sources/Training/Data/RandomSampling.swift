import Tensors

extension RandomSource {
    /// Samples a whole number from 0 to `count` − 1; the bias is below count/2⁶⁴.
    mutating func index(below count: Int) -> Int {
        precondition(count > 0, "nothing to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Samples uniformly from `range.lowerBound` to `range.upperBound`.
    mutating func uniform(in range: ClosedRange<Float>) -> Float {
        range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
    }
}
