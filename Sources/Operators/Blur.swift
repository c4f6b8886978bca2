import CKernels
import Tensors

/// The low-pass filter [1,3,3,1]⊗[1,3,3,1]/64·gain of StyleGAN2, which comes before every reduction and after every enlargement.
public enum Blur {
    /// The filter's sixteen values as checkpoints store them.
    public static func kernel(gain: Float) -> [Float] {
        let one: [Float] = [1, 3, 3, 1]
        return one.flatMap { a in one.map { b in a * b / 64 * gain } }
    }

    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - before, after: rows and columns of zeros added above and left, below and right, 0 to 3.
    ///   - stride: every `stride`-th row and column is computed.
    ///   - gain: 4 after an enlargement by zeros.
    /// - Returns: (N, C, (H + before + after − 4)/stride + 1, (W + before + after − 4)/stride + 1).
    public static func forward(_ x: Tensor, before: Int, after: Int, stride: Int = 1, gain: Float = 1) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        precondition((0...3).contains(before) && (0...3).contains(after), "padding \(before), \(after)")
        let outputHeight = (height + before + after - 4) / stride + 1
        let outputWidth = (width + before + after - 4) / stride + 1
        precondition(min(height, width) + before + after >= 4, "\(x.shape) is too small for the filter")
        let planes = x.shape[0] * x.shape[1], size = height * width, outputSize = outputHeight * outputWidth
        return Operator.blur.run(
            on: [x], detail: "\(stride > 1 ? "stride \(stride) " : "")\(x.shape[1]), \(outputHeight)×\(outputWidth)",
            operations: 16 * planes * outputSize
        ) {
            let result = Tensor(uninitialized: [x.shape[0], x.shape[1], outputHeight, outputWidth])
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for plane in 0..<planes {
                    referencePlane(
                        from + plane * size, height: height, width: width, before: before, stride: stride, gain: gain,
                        into: to + plane * outputSize, outputHeight: outputHeight, outputWidth: outputWidth)
                }
                return result
            }
            Parallel.ranges(planes, grain: max(1, 16384 / size)) { range in
                Tensor.withScratch(width + before + 48) { row in
                    for plane in range {
                        kernel_blur_plane(
                            to + plane * outputSize, outputHeight, outputWidth, from + plane * size, height, width, before, stride, gain,
                            1, 0, Activation.identity.kernel, row)
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            [adjoint(gradient, before: before, stride: stride, gain: gain, height: height, width: width)]
        }
    }

    /// The gradient of an input of height×width: the symmetric filter again, over the gradient with zeros where the stride computed
    /// nothing.
    private static func adjoint(_ gradient: Tensor, before: Int, stride: Int, gain: Float, height: Int, width: Int) -> Tensor {
        var spread = gradient
        if stride > 1 {
            let (h, w) = (gradient.shape[2], gradient.shape[3])
            spread = Tensor(zeros: [gradient.shape[0], gradient.shape[1], (h - 1) * stride + 1, (w - 1) * stride + 1])
            let (from, to) = (gradient.pointer, spread.mutablePointer)
            let wide = spread.shape[3]
            for row in 0..<gradient.count / w {
                let place = to + ((row / h) * spread.shape[2] + row % h * stride) * wide
                for column in 0..<w { place[column * stride] = from[row * w + column] }
            }
            keepAlive(gradient)
        }
        // Value (i, j) went to every position from i + before − 3 to i + before. Height and width may need different margins.
        let after = max(height - 1 + before - (spread.shape[2] - 1), width - 1 + before - (spread.shape[3] - 1))
        return forward(spread, before: 3 - before, after: max(after, 0), gain: gain).cropped(height: height, width: width)
    }

    /// The definition, for one plane.
    static func referencePlane(
        _ x: UnsafePointer<Float>, height: Int, width: Int, before: Int, stride: Int, gain: Float,
        into y: UnsafeMutablePointer<Float>, outputHeight: Int, outputWidth: Int
    ) {
        let filter = kernel(gain: gain)
        for row in 0..<outputHeight {
            for column in 0..<outputWidth {
                var sum: Float = 0
                for tap in 0..<16 {
                    let i = row * stride + tap / 4 - before, j = column * stride + tap % 4 - before
                    if i >= 0, i < height, j >= 0, j < width { sum += filter[tap] * x[i * width + j] }
                }
                y[row * outputWidth + column] = sum
            }
        }
    }
}
