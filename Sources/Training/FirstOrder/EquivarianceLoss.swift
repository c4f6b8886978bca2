import Networks
import Operators
import Tensors

/// How far key points of a warped picture are from where the warp says that they must be (Siarohin et al. 2019, section 3.1).
package struct EquivarianceLoss {
    private let driving, warped: KeyPoints
    private let warp: ThinPlateSpline

    /// - Parameters:
    ///   - driving: the key points of N pictures.
    ///   - warped: those of the pictures whose every place shows what the first ones show at `warp` of it.
    package init(driving: KeyPoints, warped: KeyPoints, warp: ThinPlateSpline) {
        (self.driving, self.warped, self.warp) = (driving, warped, warp)
    }

    /// (1): the mean of |d − W(d′)|.
    package var value: Tensor {
        let difference = Sum.forward(driving.value, minus: warp.points(warped.value))
        return L1Loss.forward(difference, target: Tensor(zeros: difference.shape))
    }

    /// (1): the mean of |1 − J⁻¹·∂W(d′)·J′|; nil for a network without Jacobians.
    package var jacobian: Tensor? {
        guard let own = driving.jacobian, let other = warped.jacobian else { return nil }
        let expected = SmallProduct.forward(warp.jacobians(warped.value), other)
        let product = SmallProduct.forward(SmallInverse.forward(own), expected)
        let identity = Tensor((0..<product.count).map { [0, 3].contains($0 % 4) ? 1 : 0 }, product.shape)
        return L1Loss.forward(product, target: identity)
    }
}
