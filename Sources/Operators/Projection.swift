import Tensors

/// Rows times a matrix that is stored input by input, as TensorFlow does, with a clipped rectifier after it where one is wanted:
/// y = x·W + b, or min(max(x·W + b, 0), limit). There is no gradient.
public enum Projection {
    /// - Parameters:
    ///   - x: (N, I).
    ///   - weight: (I, O).
    ///   - bias: O values.
    ///   - limit: the largest result; nil for results as they are, also below 0.
    ///   - partial: (N, O), added to the results before they are clipped, such as the part of other inputs.
    /// - Returns: (N, O).
    public static func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor? = nil, limit: Float? = nil, partial: Tensor? = nil
    ) -> Tensor {
        let (samples, inputs, outputs) = (x.shape[0], weight.shape[0], weight.shape[1])
        precondition(x.count == samples * inputs, "weight \(weight.shape) does not fit input \(x.shape)")
        precondition(bias.map { $0.count == outputs } ?? true, "bias \(bias?.shape ?? []) for \(outputs) outputs")
        precondition(partial.map { $0.shape == [samples, outputs] } ?? true, "\(partial?.shape ?? []) beside \(samples)×\(outputs)")
        return Operator.projection.run(
            on: [x, weight, bias, partial], detail: "\(inputs)→\(outputs)", operations: 2 * samples * weight.count
        ) {
            let result = Tensor(uninitialized: [samples, outputs]), y = result.mutablePointer
            let (from, w) = (x.pointer, weight.pointer)
            if OperatorPath.current == .reference {
                for sample in 0..<samples {
                    for output in 0..<outputs {
                        var sum = Double(bias?.pointer[output] ?? 0) + Double(partial?.pointer[sample * outputs + output] ?? 0)
                        for input in 0..<inputs { sum += Double(from[sample * inputs + input]) * Double(w[input * outputs + output]) }
                        y[sample * outputs + output] = limit.map { min(max(Float(sum), 0), $0) } ?? Float(sum)
                    }
                }
                return result
            }
            Parallel.ranges(samples, grain: 32) { rows in
                let own = y + rows.lowerBound * outputs, count = rows.count * outputs
                if let partial {
                    own.update(from: partial.pointer + rows.lowerBound * outputs, count: count)
                } else {
                    own.update(repeating: 0, count: count)
                }
                if let bias = bias?.pointer {
                    for row in 0..<rows.count { for output in 0..<outputs { own[row * outputs + output] += bias[output] } }
                }
                MatrixProduct.multiply(
                    m: rows.count, n: outputs, k: inputs, from + rows.lowerBound * inputs, lda: inputs, w, ldb: outputs, beta: 1, own,
                    ldc: outputs)
                if let limit { for index in 0..<count { own[index] = min(max(own[index], 0), limit) } }
            }
            return result
        }
    }
}
