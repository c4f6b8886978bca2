import Foundation

/// The mel scale, 2595·log₁₀(1 + f/700), on which equal distances are heard as such.
enum MelScale {
    static func mel(hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }

    static func hertz(mel: Double) -> Double { 700 * (pow(10, mel / 2595) - 1) }

    /// Frequencies in hertz at equal distances on the scale, both ends included.
    static func points(from low: Double, to high: Double, count: Int) -> [Double] {
        let (first, last) = (mel(hertz: low), mel(hertz: high))
        return (0..<count).map { hertz(mel: first + (last - first) * Double($0) / Double(count - 1)) }
    }
}
