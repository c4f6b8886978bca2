import Foundation
import Media
import Operators
import Tensors

/// MS-SSIM (Wang, Simoncelli and Bovik 2003) of RGB pictures at five scales, as pytorch-msssim computes it: contrast at every
/// scale but the last, all of SSIM there, negative values as 0, a weighted product, the mean over the channels.
public enum MultiScaleSimilarity {
    private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

    /// The smallest side of a picture, in pixels, that holds the window at the fifth scale.
    public static let smallestSide = ((GaussianWindow.side - 1) << (weights.count - 1)) + 1

    /// - Returns: from 0 to 1, which is for the same pictures; nil when a side is below `smallestSide`, where the measure is not
    ///   defined.
    /// - Precondition: both are of one size.
    public static func between(_ a: Picture, _ b: Picture) -> Double? {
        precondition(a.width == b.width && a.height == b.height, "\(a.width)×\(a.height), \(b.width)×\(b.height)")
        guard min(a.width, a.height) >= smallestSide else { return nil }
        let similarities = Parallel.map(3) { between(ColorPlane(a, channel: $0), ColorPlane(b, channel: $0)) }
        return similarities.reduce(0, +) / 3
    }

    private static func between(_ a: ColorPlane, _ b: ColorPlane) -> Double {
        var (a, b, product) = (a, b, 1.0)
        for (scale, weight) in weights.enumerated() {
            if scale > 0 { (a, b) = (a.halved, b.halved) }
            let similarity = PlaneSimilarity(a, b)
            product *= pow(max(0, scale + 1 < weights.count ? similarity.contrast : similarity.whole), weight)
        }
        return product
    }
}
