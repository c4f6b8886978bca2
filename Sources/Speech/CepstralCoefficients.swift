import Foundation
import Networks

/// Mel-frequency cepstral coefficients of sound at 16 kHz as DeepSpeech 0.1 was trained on: those of the package python_speech_features 0.6 at
/// its defaults, 26 of them.
///
/// Frames of 400 samples begin every 160; the last is filled up with zeros. Samples count as whole numbers of 16 bits, with pre-emphasis
/// x[t] − 0.97·x[t−1]; there is no window function.
package struct CepstralCoefficients {
    /// Samples a second.
    static let rate = 16000
    /// Coefficients of a frame.
    static let count = DeepSpeech.coefficients
    private static let length = 400, step = 160, size = 512
    /// What stands for a power of 0 in logarithms: the distance of 1 from the next larger number.
    private static let least = Double.ulpOfOne

    /// Frames that are computed: every so many, from the first.
    private let every: Int
    private var windows = SampleWindows(length: length, step: step)
    /// The last sample that was taken; before the first, 0 leaves that as it is.
    private var last = 0.0
    /// The number of the next frame.
    private var number = 0
    private var spectrum = PowerSpectrum(size: size)
    private var powers = [Double](repeating: 0, count: size / 2 + 1)
    /// Of each filter, the first frequency and the weights from there on.
    private let filters: [(first: Int, weights: [Double])]
    /// The cosine transform with the lifter, (count, count).
    private let transform: [[Double]]
    /// The coefficients of the frames that are computed, one after another.
    package private(set) var values: [Double] = []

    /// Frames computed.
    package var frames: Int { values.count / Self.count }

    package init(every: Int = 1) {
        self.every = every
        filters = Self.filterbank.map { row in
            let first = row.firstIndex { $0 > 0 } ?? 0, end = (row.lastIndex { $0 > 0 } ?? -1) + 1
            return (first, Array(row[first..<max(first, end)]))
        }
        transform = (0..<Self.count).map { k in
            let scale = (k == 0 ? 1 / Double(Self.count) : 2 / Double(Self.count)).squareRoot()
            let lifter = 1 + 11 * sin(Double.pi * Double(k) / 22)
            return (0..<Self.count).map { n in scale * lifter * cos(Double.pi * Double(k) * (2 * Double(n) + 1) / Double(2 * Self.count)) }
        }
    }

    /// Triangular filters between 0 and 8000 Hz, (26, 257), whose corners are whole frequencies of the spectrum.
    package static let filterbank: [[Double]] = {
        let corners = MelScale.points(from: 0, to: Double(rate) / 2, count: count + 2)
            .map { Int((Double(size + 1) * $0 / Double(rate)).rounded(.down)) }
        return (0..<count).map { filter in
            let (low, middle, high) = (corners[filter], corners[filter + 1], corners[filter + 2])
            var row = [Double](repeating: 0, count: size / 2 + 1)
            for place in low..<middle { row[place] = Double(place - low) / Double(middle - low) }
            for place in middle..<high { row[place] = Double(high - place) / Double(high - middle) }
            return row
        }
    }()

    /// Takes samples in −1…1.
    package mutating func take(_ piece: [Float]) {
        let emphasized = piece.map { sample -> Double in
            let value = Double(min(max(sample * 32768, -32768), 32767).rounded(.towardZero))
            defer { last = value }
            return value - 0.97 * last
        }
        add(windows.take(emphasized))
    }

    /// Ends the sound: the last frame is that which holds the last sample.
    package mutating func finish() {
        let samples = windows.samples
        add(windows.finish(count: samples <= Self.length ? 1 : 1 + (samples - Self.length + Self.step - 1) / Self.step))
    }

    private mutating func add(_ frames: [ArraySlice<Double>]) {
        for frame in frames {
            if number % every == 0 { add(frame) }
            number += 1
        }
    }

    private mutating func add(_ frame: ArraySlice<Double>) {
        spectrum.compute(frame, into: &powers)
        func logarithm(_ power: Double) -> Double { log(power > 0 ? power / Double(Self.size) : Self.least) }
        let bands = filters.map { filter in
            var sum = 0.0
            for (offset, weight) in filter.weights.enumerated() { sum += powers[filter.first + offset] * weight }
            return logarithm(sum)
        }
        for row in transform.indices {
            // The first coefficient is replaced by the power of the whole frame.
            values.append(row == 0 ? logarithm(powers.reduce(0, +)) : zip(transform[row], bands).reduce(0) { $0 + $1.0 * $1.1 })
        }
    }
}
