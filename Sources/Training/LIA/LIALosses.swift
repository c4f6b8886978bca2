import Operators
import Tensors

extension LIATask {
    /// The losses of the reconstructions of a batch's frames, and while it learns, of the discriminator.
    public func losses(_ batch: LIABatch, step: Int) -> BatchLosses {
        let settings = configuration.losses
        let result = Reconstruction(
            network, frames: batch.frames, sources: batch.sources, drivings: batch.drivings, references: batch.references,
            given: given(batch), detail: configuration.network.detail)
        var losses = BatchLosses()
        addPictureLosses(result, batch, to: &losses)
        let opened = addFlowLosses(result, batch, step: step, to: &losses)
        if step >= settings.adversarialFrom { addAdversarialLosses(result.pictures, batch, opened: opened, to: &losses) }
        return losses
    }

    /// - Parameter opened: the frames whose mouths open.
    private func addAdversarialLosses(_ pictures: Tensor, _ batch: LIABatch, opened: Set<Int>, to losses: inout BatchLosses) {
        let settings = configuration.losses
        var discriminated: [() -> Tensor] = []
        if let discriminator {
            losses.add("adversarial", weight: settings.adversarial) { SoftplusLoss.forward(discriminator(pictures), sign: -1) }
            discriminated.append {
                Sum.forward(
                    SoftplusLoss.forward(discriminator(batch.frames), sign: -1), SoftplusLoss.forward(discriminator(pictures), sign: 1))
            }
        }
        if let regionDiscriminators {
            let crops = regionDiscriminators.crops(batch, opened: opened)
            losses.add("adversarial_regions", weight: settings.adversarialRegions) {
                regionDiscriminators.generatorLoss(pictures, crops)
            }
            discriminated.append { regionDiscriminators.discriminatorLoss(pictures, target: batch.frames, crops) }
        }
        guard let first = discriminated.first else { return }
        losses.auxiliary = { discriminated.dropFirst().reduce(first()) { Sum.forward($0, $1()) } }
    }

    private func addPictureLosses(_ result: Reconstruction, _ batch: LIABatch, to losses: inout BatchLosses) {
        let settings = configuration.losses
        losses.add("l1", weight: settings.l1) { L1Loss.forward(result.pictures, target: batch.frames) }
        losses.add("moving", weight: settings.moving) {
            L1Loss.forward(
                result.pictures, target: batch.frames, weights: MovingWeights.weights(batch.frames, sources: batch.sources))
        }
        losses.add("perceptual", weight: settings.perceptual) { perceptual(result.pictures, target: batch.frames) }
        losses.add("ssim", weight: settings.ssim) { SimilarityLoss.forward(result.pictures, target: batch.frames) }
        losses.add("regions", weight: settings.regions) { RegionLoss(perceptual, batch)(result.pictures, target: batch.frames) }
        if let mesh {
            losses.add("mesh", weight: settings.mesh) { mesh(result.pictures, target: batch.frames, batch.regions) }
        }
        lazy var targets = ReadingTargets(batch, knownDirections, count: result.magnitudes.shape[1])
        losses.add("reading", weight: settings.reading) { targets.loss(result.magnitudes) }
        losses.add("reading_changes", weight: settings.readingChanges) { targets.changesLoss(result.magnitudes) }
        losses.add("canonical", weight: settings.canonical) { result.canonicalDifference(sources: batch.sources) }
        losses.add("sparsity", weight: settings.sparsity) {
            L1Loss.forward(result.magnitudes, target: Tensor(zeros: result.magnitudes.shape))
        }
    }

    /// Returns the frames whose mouths are known to open.
    private func addFlowLosses(_ result: Reconstruction, _ batch: LIABatch, step: Int, to losses: inout BatchLosses) -> Set<Int> {
        let (settings, data) = (configuration.losses, configuration.data)
        let weight = Schedule.value(from: settings.flowStart, to: settings.flowEnd, in: settings.flowSteps, at: step)
        let isKnown = data.pseudoMotionStart + data.pseudoMotionEnd + data.puppets > 0 || !data.landmarks.isEmpty
        guard isKnown, weight + settings.closing + settings.inside > 0 || regionDiscriminators != nil else { return [] }
        let known = KnownFlowLosses(
            result, batch, groupSize: data.groupSize, moving: Float(settings.flowMoving), expressive: Float(settings.flowExpressive))
        losses.add("flow", weight: weight) { known.flow }
        losses.add("closing", weight: settings.closing) { known.closing }
        losses.add("inside", weight: settings.inside, known.inside)
        return known.opened
    }

    /// The magnitudes that follow from known poses, for groups that are given them.
    func given(_ batch: LIABatch) -> [Reconstruction.Given] {
        let count = configuration.data.groupSize
        return batch.drivings.enumerated().flatMap { frame, driving -> [Reconstruction.Given] in
            let group = driving / count
            guard batch.isGiven[group], batch.references[frame] == batch.sources[frame],
                let pose = batch.groups[group].poses[driving % count]
            else { return [] }
            return knownDirections.compactMap { known in
                let magnitude = known.magnitude(pose)
                return magnitude.isFinite ? .init(frame: frame, direction: known.direction, magnitude: magnitude) : nil
            }
        }
    }
}
