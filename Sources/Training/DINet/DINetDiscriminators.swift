import Networks
import Operators
import Tensors

/// The discriminator of single frames, and in the stage of clips that of five frames together.
package struct DINetDiscriminators {
    let frame: DINetDiscriminator
    let clip: DINetDiscriminator?

    package init(frame: DINetDiscriminator, clip: DINetDiscriminator?) { (self.frame, self.clip) = (frame, clip) }

    /// New ones.
    init(_ network: SettingGroup<DINetNetworkSettings>, stage: String, seed: UInt64) {
        func made(_ inputs: Int, _ prefix: String, seed: UInt64) -> DINetDiscriminator {
            DINetDiscriminator(
                inputs: inputs, channels: network.discriminatorChannels, most: network.discriminatorMost, seed: seed, prefix: prefix)
        }
        frame = made(3, "frame.", seed: seed)
        clip = stage == "clip" ? made(3 * DINetBatch.clipFrames, "clip.", seed: seed &+ 1) : nil
    }

    package var parameters: [Parameter] { frame.parameters + (clip?.parameters ?? []) }

    /// What they are to make small, (1): ½(mean D(made)² + mean (D(real) − 1)²), of each.
    package func loss(_ made: Tensor, _ batch: DINetBatch) -> Tensor {
        func half(_ network: DINetDiscriminator, _ made: Tensor, _ real: Tensor) -> Tensor {
            Sum.forward(SquaredLoss.forward(network(made), target: 0), SquaredLoss.forward(network(real), target: 1), gain: 0.5)
        }
        let loss = half(frame, made, batch.pictures)
        guard let clip, let sound = batch.clipSound else { return loss }
        let count = sound.shape[0]
        return Sum.forward(
            loss, half(clip, DINetLosses.stacked(made, clips: count), DINetLosses.stacked(batch.pictures, clips: count)))
    }
}
