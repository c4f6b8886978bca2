import Foundation

/// What is measured, and how it is written.
public enum Measure: String, CaseIterable, Codable, Sendable {
    /// Mean absolute difference from the truth, of pixels in [0, 1].
    case l1
    /// Peak signal-to-noise ratio in dB.
    case psnr
    case ssim
    /// At five scales; of pictures of at least 161 px.
    case multiScaleSSIM = "ms_ssim"
    /// Learned perceptual distance from the truth (`LPIPS`), by supplied networks.
    case lpips
    /// Average Euclidean distance from the truth of identity features, each of length 1, by a supplied network: 0 to 2.
    case identityDistance = "aed"
    /// Average Euclidean distance of identity features from those of the source's own picture, where there is no truth.
    case sourceIdentityDistance = "aed_to_source"
    /// Average keypoint distance: how far the landmarks of faces are from the true ones, as part of the face's size.
    case keypointDistance = "akd"
    /// The local contrast inside the true face's outline, as part of the true picture's own (`FaceContrast`): 1 is as sharp.
    case faceContrast = "face_contrast"
    /// The share of frames in which the truth shows a face and the result none.
    case lostFaces = "lost_faces"
    /// How lids, lips, brows and the mouth's breadth of the result go with the driving face's: correlation over time, and slope,
    /// 1 being as far.
    case lidsCorrelation = "lids_correlation"
    case lidsSlope = "lids_slope"
    case lipsCorrelation = "lips_correlation"
    case lipsSlope = "lips_slope"
    case browsCorrelation = "brows_correlation"
    case browsSlope = "brows_slope"
    case breadthCorrelation = "breadth_correlation"
    case breadthSlope = "breadth_slope"
    /// Fréchet Inception distance of all frames of all clips from the true ones, by the network of published distances.
    case frechet = "fid"
    /// Fréchet Inception distance by torchvision's Inception v3, which is another measure.
    case frechetTorchvision = "fid_torchvision"
    /// The distance of the result's latent code z from the source's, in the latent space: 0 is the same person.
    case identityDrift = "identity_drift"
    /// The correlation over time of the result's magnitudes, encoded anew, with the requested ones, all directions together.
    case motionCorrelation = "motion_correlation"
    /// The distance of the result's magnitudes, encoded anew, from the requested ones, in units of how far those move: 1 is as far
    /// off as the whole motion.
    case motionError = "motion_error"
    /// How much the canonical pictures x_r (all magnitudes 0) of a clip's frames differ, as part of how much the frames do: 0 where the
    /// canonical picture is the same whatever the pose (`CanonicalPose`).
    case canonicalDifference = "canonical_difference"
    /// The mean second difference over time of pixels in [0, 1].
    case jitter
    /// The second difference over time of the result's magnitudes, in units of the requested motion's: 1 is as steady.
    case motionJitter = "motion_jitter"

    /// What a table calls it.
    public var title: String {
        switch self {
        case .l1: return "L1"
        case .psnr: return "PSNR, dB"
        case .ssim: return "SSIM"
        case .multiScaleSSIM: return "MS-SSIM"
        case .lpips: return "LPIPS"
        case .identityDistance: return "AED"
        case .sourceIdentityDistance: return "AED to source"
        case .keypointDistance: return "AKD"
        case .faceContrast: return "face contrast"
        case .lostFaces: return "lost faces"
        case .lidsCorrelation: return "lids corr."
        case .lidsSlope: return "lids slope"
        case .lipsCorrelation: return "lips corr."
        case .lipsSlope: return "lips slope"
        case .browsCorrelation: return "brows corr."
        case .browsSlope: return "brows slope"
        case .breadthCorrelation: return "breadth corr."
        case .breadthSlope: return "breadth slope"
        case .frechet: return "FID"
        case .frechetTorchvision: return "FID (torchvision)"
        case .identityDrift: return "identity drift"
        case .motionCorrelation: return "motion corr."
        case .motionError: return "motion error"
        case .canonicalDifference: return "canonical diff."
        case .jitter: return "jitter"
        case .motionJitter: return "motion jitter"
        }
    }

    /// Whether more of it is better.
    public var isBetterHigh: Bool {
        [.psnr, .ssim, .multiScaleSSIM, .faceContrast, .motionCorrelation].contains(self) || Self.expressions.contains(self)
    }

    /// What is told by how lids, lips and brows move, and how broad the mouth is.
    static let expressions: Set<Measure> = [
        .lidsCorrelation, .lidsSlope, .lipsCorrelation, .lipsSlope, .browsCorrelation, .browsSlope, .breadthCorrelation, .breadthSlope,
    ]

    /// What rests on the landmarks of faces.
    static let landmarks: Set<Measure> = expressions.union([.keypointDistance, .faceContrast, .lostFaces])

    /// A value as it is written in tables.
    public func text(_ value: Double) -> String {
        let digits: Int
        switch self {
        case .psnr, .identityDrift, .frechet, .frechetTorchvision: digits = 2
        case .l1, .jitter, .keypointDistance: digits = 4
        default: digits = 3
        }
        return String(format: "%.\(digits)f", value).replacing("-", with: "−")
    }
}
