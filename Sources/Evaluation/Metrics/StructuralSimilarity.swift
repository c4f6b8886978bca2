import Media
import Operators
import Tensors

/// SSIM (Wang et al. 2004) of RGB pictures, as scikit-image computes it with `gaussian_weights=True, sigma=1.5,
/// use_sample_covariance=False`: the mean over the channels, borders that the window crosses left out.
public enum StructuralSimilarity {
    /// The smallest side of a picture that the window fits into, in pixels.
    public static let smallestSide = GaussianWindow.side

    /// - Returns: 1 for the same pictures, at least −1.
    /// - Precondition: both are of one size, no side below `smallestSide`.
    public static func between(_ a: Picture, _ b: Picture) -> Double {
        precondition(a.width == b.width && a.height == b.height, "\(a.width)×\(a.height), \(b.width)×\(b.height)")
        let similarities = Parallel.map(3) { PlaneSimilarity(ColorPlane(a, channel: $0), ColorPlane(b, channel: $0)).whole }
        return similarities.reduce(0, +) / 3
    }
}
