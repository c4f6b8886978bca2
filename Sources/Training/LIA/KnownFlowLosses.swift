import Operators
import Tensors

/// The losses of flow fields and masks where the flow between two frames is known.
struct KnownFlowLosses {
    /// (1): L1 between every level's sampling positions and the known ones, a mean over each frame's known pixels, then over all frames
    /// (0 for those of which nothing is known), then over the levels.
    let flow: Tensor
    /// (1): the mean of the finest mask inside mouths that open, where the source has nothing to show, plus how far it is from half open
    /// at the same places where the source is rebuilt as it is: a mouth closed there too would be dark, and its detail make up for it.
    let closing: Tensor
    /// (1): the mean absolute difference of the pictures at the same places; each frame with any counts alike.
    let inside: () -> Tensor
    /// The frames with such places.
    let opened: Set<Int>

    /// - Parameters:
    ///   - groupSize: frames in a group.
    ///   - moving, expressive: the fractions of a frame's weight that pixels share by how far they move, and by how far they move otherwise
    ///     than the head, rather than alike (`FlowShares`).
    init(_ result: Reconstruction, _ batch: LIABatch, groupSize: Int, moving: Float, expressive: Float) {
        let targets = KnownFlowTargets(
            batch, sides: result.flows.map { $0.shape[2] }, groupSize: groupSize, moving: moving, expressive: expressive)
        let losses = result.flows.indices.map { level in
            L1Loss.forward(result.flows[level], target: targets.flows[level], weights: targets.weights[level])
        }
        let sum = losses.dropFirst().reduce(losses[0]) { Sum.forward($0, $1) }
        flow = Sum.forward(sum, Tensor(zeros: [1]), gain: 1 / Float(losses.count))
        closing = L1Loss.forward(result.masks.last!, target: targets.mask, weights: targets.opened)
        opened = targets.openedFrames
        inside = {
            let sum = L1Loss.forward(result.pictures, target: batch.frames, weights: targets.opened)
            return Scaling.forward(sum, by: 1 / Float(batch.frames.shape[1]))
        }
    }
}
