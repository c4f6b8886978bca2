import Foundation
import Media
import Tensors

/// How well one video was dubbed.
public struct DubbingScores: Encodable, Sendable {
    public let name: String
    /// Of how far the lips are apart in the result with how far they are in the truth, landmarks telling both; nil where faces are not found
    /// or nothing moves.
    public let correlation: Double?
    /// By how many frames the result's lips come after the mouth that was wanted; nil where they hardly follow it at all.
    public let lag: Int?
    /// Of the mouth's square, against the truth.
    public let psnr, ssim: Double
    /// Frames in which no face is found.
    public let lost: Int
    /// How it goes with what is said, as a SyncNet hears it; nil where none was given.
    public let synchrony: Synchrony?

    /// - Parameters:
    ///   - found, truth: how far lips are apart in each frame; nil where no face is found.
    ///   - wanted: (N, 3), the numbers of the mouth.
    ///   - lags: how many frames earlier and later are tried.
    ///   - mouths: of each frame that of the result and that of the truth.
    package init(
        name: String, found: [Double?], truth: [Double?], wanted: Tensor, lags: Int, mouths: [(Picture, Picture)],
        synchrony: Synchrony? = nil
    ) {
        (self.name, self.synchrony) = (name, synchrony)
        correlation = Self.correlation(found, truth)
        let open = (0..<wanted.shape[0]).map { Double(wanted.values[3 * $0]) as Double? }
        lag =
            (-lags...lags).compactMap { lag -> (Int, Double)? in
                let moved = found.indices.map { found.indices.contains($0 + lag) ? found[$0 + lag] : nil }
                return Self.correlation(moved, open).map { (lag, $0) }
            }.filter { $0.1 >= Self.following }.max { $0.1 < $1.1 }?.0
        psnr = mouths.map { PeakSignalToNoise.between($0, $1) }.reduce(0, +) / Double(mouths.count)
        ssim = mouths.map { StructuralSimilarity.between($0, $1) }.reduce(0, +) / Double(mouths.count)
        lost = found.count { $0 == nil }
    }

    /// The correlation from which on lips follow a mouth.
    private static let following = 0.3

    /// Of the frames in which both are known.
    private static func correlation(_ a: [Double?], _ b: [Double?]) -> Double? {
        let known = zip(a, b).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
        return known.count < 10 ? nil : Correlation.between(known.map(\.0), known.map(\.1))
    }
}
