import CKernels
import Foundation
import Tensors

/// The dense motion that masks make of several motions: softmax over the motions gives each its part, and each place comes from the sum of
/// where the motions have it come from, times their parts (Siarohin et al. 2019, equation 7).
public enum MotionCombination {
    public struct Result {
        /// (N, M, H, W): the parts, which sum to 1.
        public let mask: Tensor
        /// (N, H, W, 2): where each place comes from, x before y.
        public let flow: Tensor
    }

    /// - Parameters:
    ///   - logits: (N, M, H, W).
    ///   - motions: (N, M, H, W, 2), such as those of `SparseMotions`.
    public static func forward(_ logits: Tensor, motions: Tensor) -> Result {
        let (samples, count, height, width) = (logits.shape[0], logits.shape[1], logits.shape[2], logits.shape[3]), size = height * width
        precondition(motions.shape == logits.shape + [2], "motions \(motions.shape) for \(logits.shape)")
        return Operator.motionCombination.run(
            on: [logits, motions], operations: 20 * logits.count, outputs: { [$0.mask, $0.flow] },
            forward: {
                let result = Result(
                    mask: Tensor(uninitialized: logits.shape), flow: Tensor(zeros: [samples, height, width, 2]))
                let (from, moved, mask, to) = (logits.pointer, motions.pointer, result.mask.mutablePointer, result.flow.mutablePointer)
                let isPlain = OperatorPath.current == .reference
                for sample in 0..<samples {
                    let start = sample * count * size
                    Parallel.ranges(size, grain: 1024) { range in
                        if isPlain {
                            for pixel in range { softmax(from + start + pixel, count, size, into: mask + start + pixel) }
                        } else {
                            let first = start + range.lowerBound
                            kernel_softmax_planes(mask + first, from + first, count, size, range.count)
                        }
                        for slot in 0..<count {
                            let (part, motion) = (mask + start + slot * size, moved + 2 * (start + slot * size))
                            let place = to + 2 * sample * size
                            for pixel in range {
                                place[2 &* pixel] += part[pixel] * motion[2 &* pixel]
                                place[2 &* pixel &+ 1] += part[pixel] * motion[2 &* pixel &+ 1]
                            }
                        }
                    }
                }
                return result
            },
            backward: { gradients, result in
                let dLogits = Tensor(uninitialized: logits.shape), dMotions = Tensor(uninitialized: motions.shape)
                let (mask, moved) = (result.mask.pointer, motions.pointer)
                let (toLogits, toMotions) = (dLogits.mutablePointer, dMotions.mutablePointer)
                let zeros = Tensor(zeros: result.flow.shape), arriving = gradients[1] ?? zeros
                let (g, other) = (arriving.pointer, gradients[0]?.pointer)
                for sample in 0..<samples {
                    let start = sample * count * size, flow = g + 2 * sample * size
                    Parallel.ranges(size, grain: 1024) { range in
                        for pixel in range {
                            let (dx, dy) = (flow[2 * pixel], flow[2 * pixel + 1])
                            var mean: Float = 0
                            for slot in 0..<count {
                                let place = start + slot * size + pixel
                                let slope = dx * moved[2 * place] + dy * moved[2 * place + 1] + (other?[place] ?? 0)
                                mean += mask[place] * slope
                                toLogits[place] = slope
                                (toMotions[2 * place], toMotions[2 * place + 1]) = (mask[place] * dx, mask[place] * dy)
                            }
                            for slot in 0..<count {
                                let place = start + slot * size + pixel
                                toLogits[place] = mask[place] * (toLogits[place] - mean)
                            }
                        }
                    }
                }
                keepAlive(arriving, gradients[0])
                return [dLogits, dMotions]
            })
    }

    /// The definition, for one place.
    private static func softmax(_ x: UnsafePointer<Float>, _ count: Int, _ step: Int, into y: UnsafeMutablePointer<Float>) {
        let values = (0..<count).map { Double(x[$0 * step]) }, largest = values.max()!
        let sum = values.reduce(0) { $0 + exp($1 - largest) }
        for slot in 0..<count { y[slot * step] = Float(exp(values[slot] - largest) / sum) }
    }
}
