import CKernels
import Foundation
import Tensors

/// The dense motion that masks make of the hypotheses of `PointMotions`: softmax over the hypotheses gives each its part, and each place
/// comes from the sum of where the hypotheses have it come from, times their parts. There is no gradient.
public enum MotionField {
    public struct Result {
        /// (1, K + 1, D, H, W): the parts, which sum to 1.
        public let mask: Tensor
        /// (1, D, H, W, 3): where each place comes from, x before y before z.
        public let deformation: Tensor
    }

    /// - Parameters:
    ///   - logits: (1, K + 1, D, H, W).
    ///   - source, target: K points of x, y and z each.
    public static func forward(_ logits: Tensor, source: Tensor, target: Tensor) -> Result {
        let moves = PointMotions.moves(source: source, target: target)
        precondition(logits.shape.count == 5 && logits.shape[0] == 1 && logits.shape[1] == moves.count, "logits \(logits.shape)")
        let (depth, height, width) = (logits.shape[2], logits.shape[3], logits.shape[4]), size = depth * height * width
        return Operator.motionField.run(
            on: [logits, source, target], operations: 20 * logits.count, outputs: { [$0.mask, $0.deformation] },
            forward: {
                let result = Result(
                    mask: Tensor(uninitialized: logits.shape), deformation: Tensor(uninitialized: [1, depth, height, width, 3]))
                let (from, mask, to) = (logits.pointer, result.mask.mutablePointer, result.deformation.mutablePointer)
                if OperatorPath.current == .reference {
                    let grids = PointMotions.hypotheses(source: source, target: target, depth: depth, height: height, width: width)
                    for p in 0..<size {
                        let values = moves.indices.map { Double(from[$0 * size + p]) }, largest = values.max()!
                        let sum = values.reduce(0) { $0 + exp($1 - largest) }
                        for slot in moves.indices { mask[slot * size + p] = Float(exp(values[slot] - largest) / sum) }
                        for axis in 0..<3 {
                            to[3 * p + axis] = moves.indices.reduce(0) {
                                $0 + mask[$1 * size + p] * grids.pointer[($1 * size + p) * 3 + axis]
                            }
                        }
                    }
                    keepAlive(grids)
                    return result
                }
                Parallel.ranges(size, grain: 2048) { range in
                    let first = range.lowerBound
                    kernel_softmax_planes(mask + first, from + first, moves.count, size, range.count)
                    for p in range {
                        var place = SIMD3(
                            Warp.linspace(p % width, width), Warp.linspace(p / width % height, height),
                            Warp.linspace(p / (width * height), depth))
                        for slot in 1..<moves.count { place += mask[slot * size + p] * moves[slot] }
                        (to[3 * p], to[3 * p + 1], to[3 * p + 2]) = (place.x, place.y, place.z)
                    }
                }
                return result
            }, backward: nil)
    }
}
