import Foundation
import Networks

/// Log-mel spectra of sound at 16 kHz: 25 ms Hann windows every 10 ms, 32 triangular bands from 60 to 7600 Hz at equal distances on the mel
/// scale, log(P + 1e-5), minus the mean of the sound's louder steps.
///
/// Step k is around the time 10·k ms. Only steps within 40 dB of the loudest count for the mean, so that pauses do not, and it is never
/// less than that of very quiet speech, so that noise alone is not taken for speech.
package struct LogMel {
    /// Samples a second, steps a second, and values of a step.
    package static let rate = 16000, stepsPerSecond = 100, bands = MouthNetwork.bands
    private static let length = 400, step = 160, size = 512
    /// How far below the loudest step the quietest is that counts, and the least mean, in natural logarithms of power.
    private static let span = 40 * log(10.0) / 10, leastMean: Float = -5

    private var windows = SampleWindows(length: length, step: step, lead: length / 2)
    private var spectrum = PowerSpectrum(size: size)
    private var powers = [Double](repeating: 0, count: size / 2 + 1)
    private let hann: [Double]
    private let filters: [(first: Int, weights: [Double])]
    private var values: [Float] = []

    package init() {
        hann = (0..<Self.length).map { 0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(Self.length)) }
        let corners = MelScale.points(from: 60, to: 7600, count: Self.bands + 2)
            .map { $0 * Double(Self.size) / Double(Self.rate) }
        filters = (0..<Self.bands).map { band in
            let (low, middle, high) = (corners[band], corners[band + 1], corners[band + 2])
            // The lowest bands are narrower than the distance of two frequencies: each takes at least its nearest.
            let first = Int(low.rounded(.up)), last = max(first, Int(high.rounded(.down)))
            let weights = (first...last).map { place in
                max(0, min((Double(place) - low) / (middle - low), (high - Double(place)) / (high - middle)))
            }
            guard weights.contains(where: { $0 > 0 }) else { return (Int(middle.rounded()), [1]) }
            return (first, weights)
        }
    }

    /// Takes samples in −1…1.
    package mutating func take(_ piece: [Float]) { add(windows.take(piece.map { Double($0) })) }

    /// Ends the sound.
    ///
    /// - Returns: a step each 10 ms, the last at or before the last sample, 32 values each.
    package mutating func finish() -> [Float] {
        add(windows.finish(count: windows.samples / Self.step + 1))
        let steps = values.count / Self.bands
        let means = (0..<steps).map { step in
            values[step * Self.bands..<(step + 1) * Self.bands].reduce(0, +) / Float(Self.bands)
        }
        let loudest = means.max() ?? 0, counted = means.filter { $0 > loudest - Float(Self.span) }
        let mean = max(Self.leastMean, counted.reduce(0, +) / Float(max(1, counted.count)))
        defer { values = [] }
        return values.map { $0 - mean }
    }

    private mutating func add(_ frames: [ArraySlice<Double>]) {
        for frame in frames {
            spectrum.compute(zip(frame, hann).map { $0 * $1 }[...], into: &powers)
            for filter in filters {
                var sum = 0.0
                for (offset, weight) in filter.weights.enumerated() { sum += powers[filter.first + offset] * weight }
                values.append(Float(log(sum + 1e-5)))
            }
        }
    }
}
