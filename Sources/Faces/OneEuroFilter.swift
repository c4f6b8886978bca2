import Foundation

/// Smooths a sequence of values as it comes: strongly while they hardly change, hardly while they change fast (Casiez et al. 2012).
///
/// x̂ₜ = α·xₜ + (1 − α)·x̂ₜ₋₁ with α = 1 / (1 + 1/(2π·f·Δt)) and the cut-off f = `cutoff` + `speed`·|ẋ|, where ẋ is the change a second,
/// itself smoothed with a cut-off of 1 Hz. The first value stays as it is.
public struct OneEuroFilter: Sendable {
    /// The cut-off of values at rest, in Hz; positive.
    public let cutoff: Double
    /// How much the cut-off grows for a change of 1 a second.
    public let speed: Double
    private static let derivativeCutoff = 1.0
    private var last: (values: [Float], change: [Float], time: Double)?

    public init(cutoff: Double, speed: Double) {
        precondition(cutoff > 0 && speed >= 0, "a cut-off is positive")
        (self.cutoff, self.speed) = (cutoff, speed)
    }

    /// The filter of a strength from 0, which changes nothing worth mention, to 1.
    ///
    /// - Parameter scale: how large a change of the values is that counts as 1, such as the side of a face in pixels.
    public init(strength: Double, scale: Double = 1) {
        let open = 1 - min(max(strength, 0), 1)
        self.init(cutoff: 0.3 + 20 * open * open, speed: (0.2 + 4 * open) / scale)
    }

    /// The share of a new value, 0 to 1.
    public static func share(cutoff: Double, step: Double) -> Double { 1 / (1 + 1 / (2 * .pi * cutoff * step)) }

    /// The next values, smoothed.
    ///
    /// - Parameters:
    ///   - values: as many as before.
    ///   - time: in seconds, later than before; a time that is not leaves no value smoothed.
    public mutating func next(_ values: [Float], time: Double) -> [Float] {
        guard let last, time > last.time, last.values.count == values.count else {
            self.last = (values, Array(repeating: 0, count: values.count), time)
            return values
        }
        let step = time - last.time, changeShare = Float(Self.share(cutoff: Self.derivativeCutoff, step: step))
        var change = last.change, result = last.values
        for index in values.indices {
            let now = (values[index] - last.values[index]) / Float(step)
            change[index] += changeShare * (now - change[index])
            let share = Float(Self.share(cutoff: cutoff + speed * Double(abs(change[index])), step: step))
            result[index] += share * (values[index] - result[index])
        }
        self.last = (result, change, time)
        return result
    }
}
