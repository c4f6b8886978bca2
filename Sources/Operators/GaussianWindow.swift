import Foundation

/// The window of the structural similarities (Wang et al. 2004): a Gaussian of σ = 1.5 over 11×11 pixels that sums to 1.
package enum GaussianWindow {
    /// Pixels across.
    package static let side = 11

    /// The weights along one axis.
    package static let weights: [Double] = {
        let values = (0..<side).map { exp(-pow(Double($0 - side / 2), 2) / (2 * 1.5 * 1.5)) }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }()
}
