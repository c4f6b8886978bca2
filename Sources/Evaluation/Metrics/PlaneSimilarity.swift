import Operators

/// The structural similarity of two planes (Wang et al. 2004), over all places where the window lies wholly inside.
struct PlaneSimilarity {
    /// The mean of luminance · contrast-structure.
    let whole: Double
    /// The mean of contrast-structure alone.
    let contrast: Double

    /// With K₁ = 0.01, K₂ = 0.03 and values in [0, 1]; variances are those of the window's weights, not of a sample.
    init(_ a: ColorPlane, _ b: ColorPlane) {
        let (width, height) = (a.width, a.height)
        func means(_ value: (Int) -> Double) -> [Double] {
            GaussianWindow.means((0..<width * height).map(value), width: width, height: height)
        }
        let (x, y) = (a.values, b.values)
        let (meanX, meanY) = (means { x[$0] }, means { y[$0] })
        let (squareX, squareY, product) = (means { x[$0] * x[$0] }, means { y[$0] * y[$0] }, means { x[$0] * y[$0] })
        let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
        var (whole, contrast) = (0.0, 0.0)
        for p in meanX.indices {
            let (mx, my) = (meanX[p], meanY[p])
            let structure = (2 * (product[p] - mx * my) + c2) / (squareX[p] - mx * mx + squareY[p] - my * my + c2)
            contrast += structure
            whole += structure * (2 * mx * my + c1) / (mx * mx + my * my + c1)
        }
        (self.whole, self.contrast) = (whole / Double(meanX.count), contrast / Double(meanX.count))
    }
}
