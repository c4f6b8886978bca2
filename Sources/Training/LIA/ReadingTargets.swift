import Operators
import Tensors

/// The magnitudes that the encoder should read off frames whose poses are known.
struct ReadingTargets {
    /// (frames, M); 0 where they are not known.
    let magnitudes: Tensor
    /// (frames, M): 1 where they are known, else 0.
    let mask: Tensor
    /// How many are known.
    let known: Int

    /// - Parameter count: M, the directions in all.
    init(_ batch: LIABatch, _ directions: [KnownDirection], count: Int) {
        let poses = batch.groups.flatMap(\.poses)
        magnitudes = Tensor(zeros: [poses.count, count])
        mask = Tensor(zeros: [poses.count, count])
        var known = 0
        for (frame, pose) in poses.enumerated() {
            guard let pose else { continue }
            for direction in directions {
                let magnitude = direction.magnitude(pose), place = frame * count + direction.direction
                guard magnitude.isFinite else { continue }
                magnitudes.mutablePointer[place] = magnitude
                mask.mutablePointer[place] = 1
                known += 1
            }
        }
        self.known = known
    }

    /// The mean squared difference of those that are known, (1); 0 where none is.
    ///
    /// - Parameter read: (frames, M).
    func loss(_ read: Tensor) -> Tensor {
        let difference = Sum.forward(Product.forward(read, mask), minus: magnitudes)
        return WeightedSum.forward(
            Product.forward(difference, difference), weights: Tensor(repeating: 1 / Float(max(known, 1)), mask.shape))
    }
}
