import Foundation

/// A range of α, what is added to a direction's magnitude: "-3..3".
public struct AmountRange: Equatable, Sendable, CustomStringConvertible {
    /// The largest |α| that a range may reach.
    public static let limit: Float = 1000

    public let low, high: Float

    /// - Precondition: both are finite, within `limit`, and low is less than high.
    public init(low: Float, high: Float) {
        precondition(low < high && abs(low) <= Self.limit && abs(high) <= Self.limit)
        (self.low, self.high) = (low, high)
    }

    /// Reads "-3..3"; nil when it is no such range, empty, or out of the limits.
    public init?(_ text: String) {
        guard !text.contains("..."), let dots = text.range(of: ".."), let low = Float(text[..<dots.lowerBound]),
            let high = Float(text[dots.upperBound...]), low < high, abs(low) <= Self.limit, abs(high) <= Self.limit
        else { return nil }
        self.init(low: low, high: high)
    }

    public var description: String { String(format: "%g..%g", low, high) }

    /// Evenly spaced values from the low end to the high one, both included.
    ///
    /// - Parameter count: two or more.
    public func steps(_ count: Int) -> [Float] {
        precondition(count >= 2)
        return (0..<count).map { index in
            // Weighing the two ends hits both exactly, and 0 in the middle of a symmetric range.
            let part = Double(index) / Double(count - 1)
            return Float(Double(low) * (1 - part) + Double(high) * part)
        }
    }
}
