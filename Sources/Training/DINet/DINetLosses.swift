import Networks
import Operators
import Tensors

/// The losses of DINet (Zhang et al. 2023, section 3.3), of single frames or of clips.
package struct DINetLosses {
    private let generator: DINetGenerator
    private let discriminators: DINetDiscriminators?
    private let perceptual: PerceptualLoss
    private let mesh: MeshLoss?
    private let syncNet: SyncNet?
    private let settings: SettingGroup<DINetLossSettings>
    private let layout: MouthLayout

    /// The square of a face around a mouth that the network of the mesh is shown, in halves of the layout's height: its middle's distance from
    /// the layout's, downward, and half its side. Of those tried, the one in which it tells best how far lips are apart.
    private static let meshCenter: Float = -0.1, meshReach: Float = 1.3

    /// - Parameters:
    ///   - discriminators: nil where there are none, or they do not count yet.
    ///   - mesh: nil where it has no weight.
    ///   - syncNet: nil where there is none.
    package init(
        _ generator: DINetGenerator, discriminators: DINetDiscriminators?, perceptual: PerceptualLoss, mesh: MeshLoss? = nil,
        syncNet: SyncNet?, settings: SettingGroup<DINetLossSettings>, layout: MouthLayout
    ) {
        (self.generator, self.discriminators, self.perceptual, self.mesh) = (generator, discriminators, perceptual, mesh)
        self.syncNet = syncNet
        (self.settings, self.layout) = (settings, layout)
    }

    /// What the generator makes of a batch, (N, 3, H, W), in training mode: layers that keep statistics follow the batch's.
    package func made(_ batch: DINetBatch) -> Tensor { painted(batch).picture }

    private func painted(_ batch: DINetBatch) -> MouthPainting {
        NetworkMode.$current.withValue(.training) {
            generator.paint(batch.masked(layout), generator.prepare(batch.references), sound: batch.sound)
        }
    }

    package func callAsFunction(_ batch: DINetBatch) -> BatchLosses {
        let painting = painted(batch), made = painting.picture
        var losses = BatchLosses()
        losses.add("perceptual", weight: settings.perceptual) { perception(made, batch.pictures) }
        losses.add("l1", weight: settings.l1) { L1Loss.forward(made, target: batch.pictures) }
        losses.add("lips", weight: settings.lips) { lips(made, batch) }
        if let mesh {
            losses.add("mesh", weight: settings.mesh) {
                let aspect = Float(layout.height) / Float(layout.width)
                let faces = RegionCrops(
                    frames: made.shape[0], center: SIMD2(0, Self.meshCenter), reach: Self.meshReach * SIMD2(aspect, 1), side: mesh.side)
                let target = Tape.$current.withValue(nil) { Self.centered(batch.pictures) }
                return mesh(Self.centered(made), target: target, faces)
            }
        }
        if let known = batch.flow, let flow = painting.flow, let mask = painting.mask {
            losses.add("flow", weight: settings.flow) { known.loss(flow: flow) }
            losses.add("closing", weight: settings.closing) { known.loss(mask: mask) }
        }
        if let syncNet, let sound = batch.clipSound, settings.sync > 0 {
            losses.add("sync", weight: settings.sync) {
                let shown = self.settings.syncLips ? Self.aroundLips(made, batch) : made
                let mouths = Self.stacked(layout.mouths(shown), clips: sound.shape[0])
                return SquaredLoss.forward(syncNet(mouths, sound: sound), target: 1)
            }
        }
        guard let discriminators, settings.adversarial > 0 else { return losses }
        // What the generator has made is constant for the discriminators: no tape watches the generator then.
        losses.auxiliary = { discriminators.loss(made, batch) }
        let settings = settings
        losses.afterAuxiliary = { losses in
            losses.add("adversarial", weight: settings.adversarial) { SquaredLoss.forward(discriminators.frame(made), target: 1) }
            if let clip = discriminators.clip, let sound = batch.clipSound {
                losses.add("adversarial_clip", weight: settings.adversarial) {
                    SquaredLoss.forward(clip(Self.stacked(made, clips: sound.shape[0])), target: 1)
                }
            }
        }
        return losses
    }

    /// The mean over the full and the half size and the features of each. What is made is halved by the mean of 3×3 places, real pictures by
    /// that of 2×2, as the authors do.
    private func perception(_ made: Tensor, _ real: Tensor) -> Tensor {
        let half = WindowPooling.mean(made, window: 3, stride: 2, padding: 1, countsPadding: false)
        let target = Tape.$current.withValue(nil) { [real, Pooling.mean(real)].map(Self.centered) }
        return perceptual.mean([made, half].map(Self.centered), target: target)
    }

    /// [0, 1] → [−1, 1].
    private static func centered(_ x: Tensor) -> Tensor {
        Sum.forward(Scaling.forward(x, by: 2), minus: Tensor(repeating: 1, x.shape))
    }

    private func lips(_ made: Tensor, _ batch: DINetBatch) -> Tensor {
        let weights = batch.lips.values, total = 3 * weights.reduce(0, +)
        return L1Loss.forward(
            made, target: batch.pictures, weights: Tensor(weights.map { $0 / max(total, 1) }, batch.lips.shape))
    }

    /// What is made around the lips, in the true pictures: (N, 3, H, W).
    package static func aroundLips(_ made: Tensor, _ batch: DINetBatch) -> Tensor {
        let size = batch.lips.count / batch.lips.shape[0], share = Tensor(uninitialized: made.shape)
        for plane in 0..<made.shape[0] * 3 {
            (share.mutablePointer + plane * size).update(from: batch.lips.pointer + plane / 3 * size, count: size)
        }
        keepAlive(batch.lips)
        return Sum.forward(batch.pictures, Product.forward(share, Sum.forward(made, minus: batch.pictures)))
    }

    /// The frames of each clip as one picture of many channels: (frames·B, 3, H, W) → (B, 3·frames, H, W).
    static func stacked(_ pictures: Tensor, clips: Int) -> Tensor {
        let frames = pictures.shape[0] / clips
        let order = (0..<clips).flatMap { clip in (0..<frames).map { $0 * clips + clip } }
        return Selection.forward(pictures, indices: order).reshaped([clips, 3 * frames] + pictures.shape[2...])
    }
}
