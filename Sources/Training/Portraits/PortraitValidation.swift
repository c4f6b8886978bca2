import Foundation
import Media
import Networks
import Tensors

extension Validation {
    /// Rebuilds frames of clips, each from the first frame of its clip as the source.
    ///
    /// - Parameters:
    ///   - clips: numbers of the clips; photos are passed over.
    ///   - detail: true where the source's detail is added.
    ///   - frames: at most so many of each clip, evenly spread.
    /// - Returns: nil when no clip has two frames.
    public init?(_ network: any VideoDriven, dataset: Dataset, clips: [Int], detail: Bool, frames most: Int = 8) throws {
        let model = PortraitModel(name: "", network: network, usesDetail: detail)
        var sums = (l1: 0.0, psnr: 0.0, copiedL1: 0.0, copiedPSNR: 0.0, count: 0)
        for clip in clips.map({ dataset.clips[$0] }) where clip.count > 1 {
            let first = Tensor(dataset.picture(clip.first))
            let source = try model.encode(first, detail: first)
            let count = min(most, clip.count - 1)
            for index in 1...count {
                let driving = Tensor(dataset.picture(clip.first + index * (clip.count - 1) / count))
                let result = source.picture(try network.motion(of: driving))
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
        self.init(
            l1: sums.l1 / count, psnr: sums.psnr / count, copiedL1: sums.copiedL1 / count, copiedPSNR: sums.copiedPSNR / count,
            frames: sums.count)
    }

    /// Compares a picture, clamped to [−1, 1], with another in [−1, 1]: in units of [0, 1].
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
