import Faces
import Operators
import Tensors

/// How differently two faces make a face, by their landmarks: the L1 of the lines between points that face each other across lids and lips,
/// from the eyes to the brows, and from the corners of the mouth to each other and to those of the eyes, by which mouths smile and purse.
///
/// The landmarks of lids are few, and lids move by few pixels: among all landmarks they count next to nothing.
package struct OpeningLoss {
    /// Pairs of points, and the mean difference of the lines between them that counts 1/4, in the network's pixels.
    private static let groups: [(pairs: [(Int, Int)], unit: Float)] = [
        (MeshTopology.leftLidPairs + MeshTopology.rightLidPairs, 4),
        ([(13, 14), (82, 87), (312, 317)], 8),
        ([(105, 33), (105, 133), (66, 133), (334, 263), (334, 362), (296, 362)], 4),
        (
            [
                (MeshTopology.mouthCorners.left, MeshTopology.mouthCorners.right),
                (MeshTopology.mouthCorners.left, MeshTopology.leftEyeCorners.outer),
                (MeshTopology.mouthCorners.right, MeshTopology.rightEyeCorners.outer),
            ], 4
        ),
    ]

    /// (2·pairs, 3·points): makes the lines, across and down, of all coordinates.
    let lines: Tensor
    /// (1, 2·pairs).
    let weights: Tensor

    package init() {
        let pairs = Self.groups.flatMap { group in
            group.pairs.map { ($0, 1 / (group.unit * Float(2 * group.pairs.count * Self.groups.count))) }
        }
        let width = 3 * MeshTopology.meshCount, lines = Tensor(zeros: [2 * pairs.count, width]),
            weights = Tensor(zeros: [1, 2 * pairs.count])
        for (index, (pair, weight)) in pairs.enumerated() {
            for axis in 0..<2 {
                let row = lines.mutablePointer + (2 * index + axis) * width
                (row[3 * pair.0 + axis], row[3 * pair.1 + axis]) = (1, -1)
                weights.mutablePointer[2 * index + axis] = weight
            }
        }
        (self.lines, self.weights) = (lines, weights)
    }

    /// - Parameters:
    ///   - landmarks, target: the coordinates of `MeshTopology.meshCount` points, in the network's pixels.
    /// - Returns: (1).
    package func callAsFunction(_ landmarks: Tensor, target: Tensor) -> Tensor {
        func lines(_ points: Tensor) -> Tensor { Linear.forward(points.reshaped([1, points.count]), weight: self.lines) }
        let found = lines(landmarks), wanted = Tape.$current.withValue(nil) { lines(target) }
        return L1Loss.forward(found.reshaped([1, 1, found.count]), target: wanted, weights: weights)
    }
}
