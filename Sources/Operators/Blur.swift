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
        let (from, to) = (x.pointer, result.mutablePointer)
        let size = height * width, outputSize = outputHeight * outputWidth
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
