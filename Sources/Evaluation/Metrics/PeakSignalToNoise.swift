import Foundation
import Media

/// PSNR: −10·log₁₀ of the mean squared difference of two pictures' values in [0, 1], in dB.
public enum PeakSignalToNoise {
    /// What the same pictures have; without a limit it would be infinite, and so would means.
    public static let highest = 120.0

    /// - Returns: dB, from 0 to `highest`.
    /// - Precondition: both are of one size.
    public static func between(_ a: Picture, _ b: Picture) -> Double {
        precondition(a.width == b.width && a.height == b.height, "\(a.width)×\(a.height), \(b.width)×\(b.height)")
        var sum = 0
        for index in a.pixels.indices {
            let difference = Int(a.pixels[index]) - Int(b.pixels[index])
            sum += difference * difference
        }
        return min(highest, -10 * log10(max(Double(sum) / (255 * 255) / Double(a.pixels.count), 1e-12)))
    }
}
