import Foundation

/// Reproducible random numbers: SplitMix64 (Steele, Lea and Flood 2014). Equal seeds give equal numbers on every machine.
public struct RandomSource: RandomNumberGenerator, Sendable {
    /// The whole state of the source: `RandomSource(seed: state)` continues with the same numbers.
    public private(set) var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1), with 24 random bits.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Standard normal distribution, by the Box–Muller transform.
    public mutating func normal() -> Float {
        let radius = (-2 * log(Double(next() >> 11) * 0x1p-53 + 0x1p-54)).squareRoot()
        let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
        return Float(radius * cos(angle))
    }

    /// A tensor of independent values of the standard normal distribution, times `scale`.
    public mutating func normal(_ shape: [Int], scale: Float = 1) -> Tensor {
        let result = Tensor(uninitialized: shape)
        for index in 0..<result.count { result.mutablePointer[index] = normal() * scale }
        return result
    }
}
