import Foundation

/// How well a network rebuilds clips that it has not learned from.
public struct Validation: ValidationMeasures, Decodable {
    /// Mean absolute difference of pixels in [0, 1].
    public let l1: Double
    /// Peak signal-to-noise ratio in dB, averaged over frames.
    public let psnr: Double
    /// The mean absolute difference where the source is copied unchanged.
    public let copiedL1: Double
    /// The peak signal-to-noise ratio where the source is copied unchanged.
    public let copiedPSNR: Double
    /// How many frames were compared.
    public let frames: Int

    enum CodingKeys: String, CodingKey {
        case l1, psnr, frames
        case copiedL1 = "copied_l1"
        case copiedPSNR = "copied_psnr"
    }

    public init(l1: Double, psnr: Double, copiedL1: Double, copiedPSNR: Double, frames: Int) {
        (self.l1, self.psnr, self.copiedL1, self.copiedPSNR, self.frames) = (l1, psnr, copiedL1, copiedPSNR, frames)
    }

    public var isFinite: Bool { l1.isFinite }

    public var summary: String {
        String(format: "held-out L1 %.4f, PSNR %.2f dB (copying the source: %.4f, %.2f dB)", l1, psnr, copiedL1, copiedPSNR)
    }
}
