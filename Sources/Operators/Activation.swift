import CKernels
import Tensors

/// What is done to every value last: y = gain·max(x, slope·x).
public struct Activation: Hashable, Sendable {
    /// The factor on values below 0, from 0 to 1.
    public let slope: Float
    /// The factor on all values, above 0.
    public let gain: Float

    public init(slope: Float, gain: Float = 1) {
        precondition((0...1).contains(slope) && gain > 0, "slope \(slope), gain \(gain)")
        (self.slope, self.gain) = (slope, gain)
    }

    /// y = x.
    public static let identity = Activation(slope: 1)
    /// y = max(x, 0).
    public static let relu = Activation(slope: 0)
    /// y = max(x, 0.2·x).
    public static let leakyReLU = Activation(slope: 0.2)
    /// y = √2·max(x, 0.2·x), StyleGAN2's: the gain gives back the variance that the slope takes.
    public static let scaledLeakyReLU = Activation(slope: 0.2, gain: 1.41421356237309515)

    /// (any shape) → the same shape.
    public func forward(_ x: Tensor) -> Tensor {
        Operator.activation.run(on: [x]) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<x.count { to[index] = apply(from[index]) }
                return result
            }
            Parallel.ranges(x.count, grain: 16384) { range in
                let y = to + range.lowerBound
                y.update(from: from + range.lowerBound, count: range.count)
                kernel_scale_bias_activate(y, range.count, 1, 0, kernel)
            }
            return result
        } backward: { gradient, result in
            [back(gradient, output: result)]
        }
    }

    /// The definition, for one value.
    @inline(__always)
    func apply(_ value: Float) -> Float { gain * (value > 0 ? value : slope * value) }

    /// Activates values in place.
    func apply(_ values: UnsafeMutablePointer<Float>, count: Int) { kernel_scale_bias_activate(values, count, 1, 0, kernel) }

    /// The gradient of the values before the activation, which keeps their signs.
    func back(_ gradient: Tensor, output: Tensor) -> Tensor {
        let result = Tensor(uninitialized: gradient.shape)
        let (dy, y, dx) = (gradient.pointer, output.pointer, result.mutablePointer)
        let (up, down) = (gain, slope * gain)
        Parallel.ranges(gradient.count, grain: 16384) { range in
            for index in range { dx[index] = dy[index] * (y[index] > 0 ? up : down) }
        }
        keepAlive(gradient, output)
        return result
    }

    var kernel: kernel_activation { kernel_activation(slope: slope, gain: gain) }
}
