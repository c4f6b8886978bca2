import Operators
import Tensors

/// The magnitudes that the encoder should read off frames whose poses are known.
package struct ReadingTargets {
    /// (frames, M); 0 where they are not known.
    let magnitudes: Tensor
    /// (frames, M): 1 where they are known, else 0.
    let mask: Tensor
    /// (M): what changes of the magnitudes are multiplied by before they should be read.
    let emphases: Tensor
    /// How many are known.
    let known: Int
    /// For every frame, the number of the frame of the same person that it is rebuilt from.
    private let sources: [Int]

    /// - Parameter count: M, the directions in all.
    package init(_ batch: LIABatch, _ directions: [KnownDirection], count: Int) {
        let poses = batch.groups.flatMap(\.poses)
        magnitudes = Tensor(zeros: [poses.count, count])
        mask = Tensor(zeros: [poses.count, count])
        emphases = Tensor(repeating: 1, [count])
        for direction in directions { emphases.mutablePointer[direction.direction] = direction.emphasis }
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
        sources = batch.sources
    }

    /// The mean squared difference of those that are known, (1); 0 where none is.
    ///
    /// - Parameter read: (frames, M).
    package func loss(_ read: Tensor) -> Tensor { Self.loss(read, mask: mask, magnitudes, known: known) }

    /// The mean squared difference of how far those change from a person's source to another frame, where both are known, (1); 0 where none is.
    /// How far lids are apart at rest differs between people and no single picture tells it: against poses alone, what is read of every
    /// picture is nearer to the mean of all people than it should be, and so is what moves. What is not sure is read, and moved, by less than
    /// it is; an emphasis makes up for it.
    ///
    /// - Parameter read: (frames, M).
    package func changesLoss(_ read: Tensor) -> Tensor {
        let changes = Tensor(zeros: mask.shape), both = Tensor(zeros: mask.shape), count = mask.shape[1]
        var known = 0
        for (frame, source) in sources.enumerated() where source != frame {
            for direction in 0..<count where mask.pointer[frame * count + direction] * mask.pointer[source * count + direction] > 0 {
                let place = frame * count + direction
                changes.mutablePointer[place] =
                    emphases.pointer[direction] * (magnitudes.pointer[place] - magnitudes.pointer[source * count + direction])
                both.mutablePointer[place] = 1
                known += 1
            }
        }
        return Self.loss(
            Sum.forward(read, minus: Selection.forward(read, indices: sources)), mask: both, changes, known: known)
    }

    private static func loss(_ read: Tensor, mask: Tensor, _ wanted: Tensor, known: Int) -> Tensor {
        let difference = Sum.forward(Product.forward(read, mask), minus: wanted)
        return WeightedSum.forward(
            Product.forward(difference, difference), weights: Tensor(repeating: 1 / Float(max(known, 1)), mask.shape))
    }
}
