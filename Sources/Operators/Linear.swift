import Tensors

/// A fully connected layer: y = activation(x·Wᵀ·gain + b).
public enum Linear {
    /// - Parameters:
    ///   - x: (N, I).
    ///   - weight: (O, I).
    ///   - bias: O values.
    ///   - gain: a factor on the weights.
    /// - Returns: (N, O).
    public static func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor? = nil, gain: Float = 1, activation: Activation = .identity
    ) -> Tensor {
        let (samples, inputs, outputs) = (x.shape[0], weight.shape[1], weight.shape[0])
        precondition(x.count == samples * inputs, "weight \(weight.shape) does not fit input \(x.shape)")
        precondition(bias.map { $0.count == outputs } ?? true, "bias \(bias?.shape ?? []) for \(outputs) outputs")
        return Operator.linear.run(on: [x, weight, bias], detail: "\(inputs)→\(outputs)", operations: 2 * samples * weight.count) {
            let result = Tensor(uninitialized: [samples, outputs])
            let y = result.mutablePointer
            if OperatorPath.current == .reference {
                for sample in 0..<samples {
                    for output in 0..<outputs {
                        var sum: Float = 0
                        for input in 0..<inputs {
                            sum += x.pointer[sample * inputs + input] * weight.pointer[output * inputs + input]
                        }
                        y[sample * outputs + output] = activation.apply(sum * gain + (bias?.pointer[output] ?? 0))
                    }
                }
                return result
            }
            product(x.pointer, samples: samples, weight: weight.pointer, inputs: inputs, outputs: outputs, gain: gain, into: y)
            if let bias {
                for index in 0..<result.count { y[index] += bias.pointer[index % outputs] }
            }
            if activation != .identity {
                for index in 0..<result.count { y[index] = activation.apply(y[index]) }
            }
            return result
        } backward: { gradient, result in
            let dy = activation == .identity ? gradient : activation.back(gradient, output: result)
            let dx = Tensor(uninitialized: x.shape), dWeight = Tensor(uninitialized: weight.shape)
            MatrixProduct.multiply(
                m: samples, n: inputs, k: outputs, alpha: gain, dy.pointer, lda: outputs, weight.pointer, ldb: inputs,
                dx.mutablePointer, ldc: inputs)
            MatrixProduct.multiply(
                m: outputs, n: inputs, k: samples, alpha: gain, dy.pointer, lda: outputs, transposeA: true, x.pointer,
                ldb: inputs, dWeight.mutablePointer, ldc: inputs)
            let dBias = bias.map { bias in
                let sum = Tensor(zeros: bias.shape)
                for index in 0..<dy.count { sum.mutablePointer[index % outputs] += dy.pointer[index] }
                return sum
            }
            keepAlive(dy)
            return [dx, dWeight, dBias]
        }
    }

    /// y ← x·Wᵀ·gain, the outputs shared by the threads.
    static func product(
        _ x: UnsafePointer<Float>, samples: Int, weight: UnsafePointer<Float>, inputs: Int, outputs: Int, gain: Float,
        into y: UnsafeMutablePointer<Float>
    ) {
        let parts = min(Parallel.width, max(1, inputs * outputs / 16384))
        Parallel.forEach(parts) { part in
            let first = outputs * part / parts, end = outputs * (part + 1) / parts
            MatrixProduct.multiply(
                m: samples, n: end - first, k: inputs, alpha: gain, x, lda: inputs, weight + first * inputs, ldb: inputs, transposeB: true,
                y + first, ldc: outputs)
        }
    }
}
