import Networks
import Operators
import Tensors

/// The losses of a batch of pairs (Siarohin et al. 2019, section 3.4; with a discriminator as in the authors' later models).
package struct FirstOrderLosses {
    private let networks: FirstOrderNetworks
    private let discriminator: FirstOrderDiscriminator?
    private let perceptual: PerceptualLoss
    private let settings: SettingGroup<FirstOrderLossSettings>
    private let pyramid: PicturePyramid

    /// - Parameter discriminator: nil where there is none, or it does not count yet.
    /// - Precondition: `FirstOrderTrainingSettings.check` has passed.
    package init(
        _ networks: FirstOrderNetworks, discriminator: FirstOrderDiscriminator?, perceptual: PerceptualLoss,
        settings: SettingGroup<FirstOrderLossSettings>
    ) {
        (self.networks, self.discriminator, self.perceptual, self.settings) = (networks, discriminator, perceptual, settings)
        pyramid = PicturePyramid(PyramidScales(settings.scales)!)
    }

    /// The losses, computed in training mode: every layer that keeps statistics follows the batch's.
    package func callAsFunction(_ batch: FirstOrderBatch) -> BatchLosses {
        NetworkMode.$current.withValue(.training) {
            let sourcePoints = networks.detector(batch.source), points = networks.detector(batch.driving)
            let made = networks.generator(networks.generator.prepare(batch.source), sourcePoints: sourcePoints, drivingPoints: points)
            let generated = pyramid(made), real = Tape.$current.withValue(nil) { pyramid(batch.driving) }
            var losses = BatchLosses()
            losses.add("perceptual", weight: settings.perceptual) {
                perceptual(generated.map(Self.centered), target: Tape.$current.withValue(nil) { real.map(Self.centered) })
            }
            addAdversarial(generated, real, points: points.value, to: &losses)
            addEquivariance(points, batch, to: &losses)
            return losses
        }
    }

    /// [0, 1] → [−1, 1].
    private static func centered(_ x: Tensor) -> Tensor {
        Sum.forward(Scaling.forward(x, by: 2), minus: Tensor(repeating: 1, x.shape))
    }

    private func addEquivariance(_ points: KeyPoints, _ batch: FirstOrderBatch, to losses: inout BatchLosses) {
        guard settings.equivarianceValue + settings.equivarianceJacobian > 0 else { return }
        let frames = batch.warp.transformed(batch.driving, alignsCorners: networks.configuration.settings.alignsCorners)
        let loss = EquivarianceLoss(driving: points, warped: networks.detector(frames), warp: batch.warp)
        losses.add("equivariance_value", weight: settings.equivarianceValue) { loss.value }
        if networks.configuration.jacobianMaps > 0 {
            losses.add("equivariance_jacobian", weight: settings.equivarianceJacobian) { loss.jacobian! }
        }
    }

    /// - Parameters:
    ///   - generated, real: of all scales.
    ///   - points: (N, K, 2) of the driving frames.
    private func addAdversarial(_ generated: [Tensor], _ real: [Tensor], points: Tensor, to losses: inout BatchLosses) {
        guard let discriminator, settings.adversarial > 0 else { return }
        func seen(_ pictures: [Tensor]) -> [Tensor] { pyramid.pictures(pictures, at: discriminator.measures.scales) }
        let found = discriminator(seen(generated), points: points)
        let wanted = Tape.$current.withValue(nil) { discriminator(seen(real), points: points) }
        losses.add("adversarial", weight: settings.adversarial) { Self.sum(found.map { SquaredLoss.forward($0.scores, target: 1) }) }
        losses.add("feature_matching", weight: settings.featureMatching) {
            Self.sum(zip(found, wanted).flatMap { zip($0.features, $1.features).map { L1Loss.forward($0, target: $1) } })
        }
        // What the generator has made is constant for it: no tape watches the generator then.
        let (made, shown) = (seen(generated), seen(real))
        losses.auxiliary = {
            NetworkMode.$current.withValue(.training) {
                let generated = discriminator(made, points: points), real = discriminator(shown, points: points)
                return Self.sum(
                    zip(real, generated).map {
                        Sum.forward(SquaredLoss.forward($0.scores, target: 1), SquaredLoss.forward($1.scores, target: 0))
                    })
            }
        }
    }

    private static func sum(_ terms: [Tensor]) -> Tensor { terms.dropFirst().reduce(terms[0]) { Sum.forward($0, $1) } }
}
