import CKernels
import Tensors

/// The low-pass filter before every reduction and after every enlargement: [1,3,3,1] in both directions.
public enum Blur {
    /// The filter's sixteen values for a gain, as checkpoints store it: outer([1,3,3,1], [1,3,3,1])/64·gain.
    public static func kernel(gain: Float) -> [Float] {
        let one: [Float] = [1, 3, 3, 1]
        return one.flatMap { a in one.map { b in a * b / 64 * gain } }
    }

    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - before, after: zeros added above and left, below and right.
    ///   - stride: keeps every `stride`-th row and column.
    ///   - gain: a factor on the filter; 4 after an enlargement by zeros.
    /// - Returns: (N, C, (H + before + after − 4)/stride + 1, the same of W).
    public static func forward(_ x: Tensor, before: Int, after: Int, stride: Int = 1, gain: Float = 1) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        precondition((0...8).contains(before) && (0...8).contains(after), "padding \(before), \(after)")
        let outputHeight = (height + before + after - 4) / stride + 1
        let outputWidth = (width + before + after - 4) / stride + 1
        precondition(outputHeight > 0 && outputWidth > 0, "\(x.shape) is too small for the filter")
        defer { keepAlive(x) }
        let result = Tensor(uninitialized: [x.shape[0], x.shape[1], outputHeight, outputWidth])
        let mark = OperatorProfile.begin()
        defer {
            mark?.end(
                "blur\(stride > 1 ? " stride \(stride)" : "") \(x.shape[1]), \(outputHeight)×\(outputWidth)",
                operations: 16 * result.count, values: x.count + result.count)
        }
        let (from, to) = (x.pointer, result.mutablePointer)
        let size = height * width, outputSize = outputHeight * outputWidth
        Tape.record(result, from: [x]) { gradient in
            [adjoint(gradient, before: before, stride: stride, gain: gain, height: height, width: width)]
        }
        if OperatorPath.current == .reference {
            for plane in 0..<x.shape[0] * x.shape[1] {
                referencePlane(
                    from + plane * size, height: height, width: width, before: before, stride: stride, gain: gain,
                    into: to + plane * outputSize, outputHeight: outputHeight, outputWidth: outputWidth)
            }
            return result
        }
        Parallel.ranges(x.shape[0] * x.shape[1], grain: max(1, 16384 / size)) { planes in
            let row = Tensor(uninitialized: [width + before + 16])
            for plane in planes {
                kernel_blur_plane(
                    to + plane * outputSize, outputHeight, outputWidth, from + plane * size, height, width, before,
                    stride, gain, 1, 0, 0, row.mutablePointer)
            }
            keepAlive(row)
        }
        return result
    }

    /// The gradient of the input: the symmetric filter once more, on zeros between the values where the stride left some out.
    private static func adjoint(
        _ gradient: Tensor, before: Int, stride: Int, gain: Float, height: Int, width: Int
    ) -> Tensor {
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
        // Value (i, j) went to every position from i + before − 3 to i + before.
        let after = height - 1 + before - (spread.shape[2] - 1)
        return forward(spread, before: 3 - before, after: max(after, 0), gain: gain)
            .cropped(height: height, width: width)
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
