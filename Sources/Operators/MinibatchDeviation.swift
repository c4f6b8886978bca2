import Tensors

/// Appends one channel that tells how much the samples of a group differ: the standard deviation over the group, averaged over channels
/// and pixels (Karras et al. 2018, section 3; groups of up to four, as in StyleGAN2).
public enum MinibatchDeviation {
    static let epsilon = 1e-8

    /// (N, C, …) → (N, C + 1, …). N is a multiple of the group, or the group is all of N.
    public static func forward(_ x: Tensor, group: Int = 4) -> Tensor {
        let (samples, channels, size) = x.planar
        let members = samples % min(group, samples) == 0 ? min(group, samples) : samples
        // A group is every (N/members)-th sample, as in StyleGAN2.
        let groups = samples / members, values = channels * size
        func moments(_ from: UnsafePointer<Float>, _ g: Int, _ v: Int) -> (mean: Double, deviation: Double) {
            var sum = 0.0, squares = 0.0
            for m in 0..<members {
                let value = Double(from[(m * groups + g) * values + v])
                sum += value
                squares += value * value
            }
            let mean = sum / Double(members)
            return (mean, (max(squares / Double(members) - mean * mean, 0) + epsilon).squareRoot())
        }
        return Operator.minibatchDeviation.run(on: [x], operations: 4 * x.count) {
            let result = Tensor(uninitialized: [samples, channels + 1] + x.shape.dropFirst(2))
            let (from, to) = (x.pointer, result.mutablePointer)
            for g in 0..<groups {
                let average = (0..<values).reduce(0.0) { $0 + moments(from, g, $1).deviation } / Double(values)
                for m in 0..<members {
                    let sample = m * groups + g
                    (to + sample * (values + size)).update(from: from + sample * values, count: values)
                    (to + sample * (values + size) + values).update(repeating: Float(average), count: size)
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(uninitialized: x.shape)
            let (from, d, to) = (x.pointer, gradient.pointer, dx.mutablePointer)
            for g in 0..<groups {
                var arriving = 0.0
                for m in 0..<members {
                    let sample = m * groups + g
                    (to + sample * values).update(from: d + sample * (values + size), count: values)
                    for p in 0..<size { arriving += Double(d[sample * (values + size) + values + p]) }
                }
                for v in 0..<values {
                    let (mean, deviation) = moments(from, g, v)
                    let factor = arriving / (Double(values * members) * deviation)
                    for m in 0..<members {
                        let index = (m * groups + g) * values + v
                        to[index] += Float(factor * (Double(from[index]) - mean))
                    }
                }
            }
            return [dx]
        }
    }
}
