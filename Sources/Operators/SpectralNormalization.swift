import CKernels
import Tensors

/// Spectral normalization (Miyato et al. 2018, equations 8 and 9): weights W, as a matrix of (outputs, rest), over their largest singular
/// value, which is estimated as σ = uᵀ·W·v.
public enum SpectralNormalization {
    /// W/σ. The gradient takes u and v as constant.
    ///
    /// - Parameters:
    ///   - weight: (O, …).
    ///   - u: O values.
    ///   - v: as many values as each output has weights.
    public static func forward(_ weight: Tensor, u: Tensor, v: Tensor) -> Tensor {
        let outputs = weight.shape[0], rest = weight.count / max(outputs, 1)
        precondition(u.count == outputs && v.count == rest, "\(u.shape) and \(v.shape) for \(weight.shape)")
        let sigma = singularValue(of: weight, u: u, v: v)
        return Operator.spectralNormalization.run(on: [weight], constants: [u, v], operations: 3 * weight.count) {
            scaled(weight, by: 1 / sigma)
        } backward: { gradient, _ in
            // d(W/σ) = dW/σ − W·(uᵀ·dW·v)/σ².
            let along = Float(Double(kernel_dot(gradient.pointer, weight.pointer, weight.count)) / Double(sigma) / Double(sigma))
            let dWeight = Tensor(uninitialized: weight.shape)
            let (from, to) = (gradient.pointer, dWeight.mutablePointer)
            for output in 0..<outputs {
                let factor = along * u.pointer[output]
                for index in 0..<rest {
                    to[output * rest + index] = from[output * rest + index] / sigma - factor * v.pointer[index]
                }
            }
            return [dWeight]
        }
    }

    /// One step of power iteration, which brings u and v closer to the singular vectors: v = unit(Wᵀ·u), then u = unit(W·v). No gradient
    /// flows through it.
    public static func step(_ weight: Tensor, u: Tensor) -> (u: Tensor, v: Tensor) {
        let outputs = weight.shape[0], rest = weight.count / max(outputs, 1)
        let v = Tensor(zeros: [rest]), next = Tensor(uninitialized: [outputs])
        for output in 0..<outputs {
            let (row, factor) = (weight.pointer + output * rest, u.pointer[output])
            for index in 0..<rest { v.mutablePointer[index] += factor * row[index] }
        }
        makeUnit(v)
        for output in 0..<outputs { next.mutablePointer[output] = kernel_dot(weight.pointer + output * rest, v.pointer, rest) }
        makeUnit(next)
        keepAlive(weight, u)
        return (next, v)
    }

    /// σ = uᵀ·W·v. No gradient flows through it.
    public static func singularValue(of weight: Tensor, u: Tensor, v: Tensor) -> Float {
        let rest = v.count
        defer { keepAlive(weight, u, v) }
        return Float(
            (0..<u.count).reduce(0.0) { sum, output in
                let row = weight.pointer + output * rest
                if OperatorPath.current == .fast { return sum + Double(u.pointer[output]) * Double(kernel_dot(row, v.pointer, rest)) }
                return (0..<rest).reduce(sum) { $0 + Double(u.pointer[output]) * Double(row[$1]) * Double(v.pointer[$1]) }
            })
    }

    private static func scaled(_ x: Tensor, by factor: Float) -> Tensor {
        let result = Tensor(uninitialized: x.shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        for index in 0..<x.count { to[index] = from[index] * factor }
        keepAlive(x)
        return result
    }

    /// x/max(|x|, 1e-12), in place.
    private static func makeUnit(_ x: Tensor) {
        Scaling.inPlace(x, by: 1 / max(kernel_dot(x.pointer, x.pointer, x.count).squareRoot(), 1e-12))
    }
}
