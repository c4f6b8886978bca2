import Operators
import Puppets
import Tensors

/// Gives directions their meanings: the k-th magnitude is to change as the k-th part of a drawn person's pose does, which are known.
/// It makes the motion code speak of lids and lips, which change too few pixels for the other losses to care about. Where the
/// magnitudes start from is left to the network, and so are the directions beyond the parts. Not in the paper.
package enum PoseLoss {
    /// Magnitude for half the natural range of a part, for parts that move the head and for those that move the face: about what a
    /// network takes that is left to itself, but more for the face.
    package static let head: Float = 4, face: Float = 1

    /// L1 between how the poses differ and how the magnitudes do, between every frame and the next one of its group, after the last
    /// of which comes the first: a mean over the parts, then over all frames, 0 for those of which nothing is known.
    ///
    /// - Parameters:
    ///   - magnitudes: (frames, M).
    ///   - poses: of every frame, as `KnownMotion` gives them; of a whole group, or of none in it.
    ///   - groupSize: frames in a group.
    package static func forward(_ magnitudes: Tensor, poses: [[Float]?], groupSize: Int) -> Tensor {
        let (frames, count) = (magnitudes.shape[0], magnitudes.shape[1])
        let parts = min(count, PuppetPose.parts.count)
        let reader = Tensor(zeros: [parts, count])
        for part in 0..<parts { reader.mutablePointer[part * count + part] = 1 / (part < PuppetPose.headParts ? head : face) }
        let next = poses.indices.map { $0 / groupSize * groupSize + ($0 + 1) % groupSize }
        let read = Linear.forward(Sum.forward(magnitudes, minus: Selection.forward(magnitudes, indices: next)), weight: reader)
        var known: [Float] = [], weights: [Float] = []
        for (pose, other) in zip(poses, next.map { poses[$0] }) {
            if let pose, let other {
                known += zip(pose, other).prefix(parts).map { $0 - $1 }
                weights.append(1 / Float(frames * parts))
            } else {
                known += [Float](repeating: 0, count: parts)
                weights.append(0)
            }
        }
        return L1Loss.forward(read, target: Tensor(known, read.shape), weights: Tensor(weights, [frames]))
    }
}
