import CFFmpeg

/// An exact fraction, such as a frame rate (frames a second) or a time base (seconds a tick).
public struct Rational: Equatable, Sendable, CustomStringConvertible {
    public let numerator: Int
    public let denominator: Int

    /// Both are positive and at most 2³¹−1.
    public init(_ numerator: Int, _ denominator: Int) {
        precondition(
            (1...Int(Int32.max)).contains(numerator) && (1...Int(Int32.max)).contains(denominator),
            "a rate is a fraction of positive 32-bit numbers")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The nearest fraction of a positive number with a denominator below a million.
    public init(_ value: Double) {
        let nearest = av_d2q(value, 1_000_000)
        self.init(max(1, Int(nearest.num)), max(1, Int(nearest.den)))
    }

    init?(_ value: AVRational) {
        guard value.num > 0, value.den > 0 else { return nil }
        self.init(Int(value.num), Int(value.den))
    }

    public var value: Double { Double(numerator) / Double(denominator) }
    public var inverse: Rational { Rational(denominator, numerator) }
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    var native: AVRational { AVRational(num: Int32(numerator), den: Int32(denominator)) }
}
