import Foundation
import Media
import Networks
import Tensors

/// How well a network rebuilds clips that it has not learned from: each clip's first frame is the source, others the driving.
public struct Validation: Codable, Sendable {
    /// Mean absolute difference of pixels in [0, 1].
    public let l1: Double
    /// Peak signal-to-noise ratio in dB, averaged over frames.
    public let psnr: Double
    /// The same for the source copied unchanged.
    public let copiedL1: Double
    public let copiedPSNR: Double
    public let frames: Int

    enum CodingKeys: String, CodingKey {
        case l1, psnr, frames
        case copiedL1 = "copied_l1"
        case copiedPSNR = "copied_psnr"
    }

    /// - Parameters:
    ///   - clips: numbers of the clips; photos are passed over.
    ///   - detail: whether the source's detail is added.
    ///   - frames: at most so many of each clip, evenly spread.
    /// - Returns: nil when no clip has two frames.
    public init?(_ network: LIA, dataset: Dataset, clips: [Int], detail: Bool, frames most: Int = 8) {
        let model = PortraitModel(name: "", network: network, usesDetail: detail)
        var sums = (l1: 0.0, psnr: 0.0, copiedL1: 0.0, copiedPSNR: 0.0, count: 0)
        for clip in clips.map({ dataset.clips[$0] }) where clip.count > 1 {
            let first = Tensor(dataset.picture(clip.first))
            let source = try! model.encode(first, detail: first)
            let count = min(most, clip.count - 1)
            for index in 1...count {
                let driving = Tensor(dataset.picture(clip.first + index * (clip.count - 1) / count))
                let result = source.picture(network.encode(driving: driving))
                let (own, copied) = (Self.difference(result, driving), Self.difference(first, driving))
                sums.l1 += own.l1
                sums.psnr += own.psnr
                sums.copiedL1 += copied.l1
                sums.copiedPSNR += copied.psnr
                sums.count += 1
            }
        }
        guard sums.count > 0 else { return nil }
        let count = Double(sums.count)
        (l1, psnr) = (sums.l1 / count, sums.psnr / count)
        (copiedL1, copiedPSNR) = (sums.copiedL1 / count, sums.copiedPSNR / count)
        frames = sums.count
    }

    /// Of two pictures in [−1, 1], clamped, in units of [0, 1].
    private static func difference(_ a: Tensor, _ b: Tensor) -> (l1: Double, psnr: Double) {
        var (sum, squares) = (0.0, 0.0)
        for (x, y) in zip(a.values, b.values) {
            let d = Double((min(max(x, -1), 1) - y) / 2)
            sum += abs(d)
            squares += d * d
        }
        return (sum / Double(a.count), 10 * log10(Double(a.count) / max(squares, 1e-12)))
    }
}
