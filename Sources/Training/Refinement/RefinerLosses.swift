import Networks
import Operators
import Tensors

/// The losses of a mouth refiner.
package struct RefinerLosses {
    private let network: MouthRefiner
    private let discriminator: DINetDiscriminator?
    private let perceptual: PerceptualLoss
    private let settings: SettingGroup<RefinerSettings.Losses>

    /// - Parameter discriminator: of pictures with their lips and sources, eight channels; nil where there is none, or it does not count yet.
    package init(
        _ network: MouthRefiner, discriminator: DINetDiscriminator?, perceptual: PerceptualLoss,
        settings: SettingGroup<RefinerSettings.Losses>
    ) { (self.network, self.discriminator, self.perceptual, self.settings) = (network, discriminator, perceptual, settings) }

    package func callAsFunction(_ batch: RefinerBatch) -> BatchLosses {
        let made = network(batch.animated, source: batch.sources, lips: batch.lips, region: batch.region).picture
        var losses = BatchLosses()
        losses.add("l1", weight: settings.l1) {
            // The region is the same in each channel, and channels share their weights.
            let region = batch.region.values, plane = region.count / (3 * batch.region.shape[0])
            let weights = stride(from: 0, to: region.count, by: 3 * plane).flatMap { region[$0..<$0 + plane] }
            let total = 3 * weights.reduce(0, +)
            return L1Loss.forward(made, target: batch.pictures, weights: Tensor(weights.map { $0 / max(total, 1) }, [weights.count]))
        }
        // What is seen of both: the region.
        let shown = Product.forward(batch.region, made), real = Product.forward(batch.region, batch.pictures)
        losses.add("perceptual", weight: settings.perceptual) {
            perceptual.mean(perceptual.pyramid(shown), target: Tape.$current.withValue(nil) { perceptual.pyramid(real) })
        }
        guard let discriminator, settings.adversarial > 0 else { return losses }
        func score(_ pictures: Tensor) -> Tensor { discriminator(Concatenation.forward([pictures, batch.sources, batch.lips])) }
        // What the network has made is constant for the discriminator: no tape watches the network then.
        losses.auxiliary = {
            Sum.forward(SquaredLoss.forward(score(shown), target: 0), SquaredLoss.forward(score(real), target: 1), gain: 0.5)
        }
        let weight = settings.adversarial
        losses.afterAuxiliary = { losses in
            losses.add("adversarial", weight: weight) { SquaredLoss.forward(score(shown), target: 1) }
        }
        return losses
    }
}
