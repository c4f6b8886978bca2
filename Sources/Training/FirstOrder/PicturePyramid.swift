import Networks
import Tensors

/// Pictures at several scales, each smoothed before it is made smaller.
struct PicturePyramid {
    private let scales: [Double]
    private let downscalings: [AntialiasedDownscaling]

    init(_ scales: PyramidScales) {
        self.scales = scales.values
        downscalings = scales.factors.map { factor in Parameter.collecting { AntialiasedDownscaling($0, factor: factor) }.layer }
    }

    /// (N, 3, H, W) → (N, 3, H·scale, W·scale) for each scale.
    func callAsFunction(_ pictures: Tensor) -> [Tensor] { downscalings.map { $0(pictures) } }

    /// Those of some scales, which are among the pyramid's.
    func pictures(_ all: [Tensor], at wanted: [Double]) -> [Tensor] { wanted.map { all[scales.firstIndex(of: $0)!] } }
}
