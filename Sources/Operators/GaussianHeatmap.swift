import Foundation
import Tensors

/// Maps of Gaussians around points: e^(−|z − p|²/(2·variance)), 1 at the point itself.
///
/// Places z and points p are x before y, from −1 to 1 inclusive at the first and last column and row.
public enum GaussianHeatmap {
    /// - Parameters:
    ///   - points: (N, K, 2).
    ///   - height, width: at least 2.
    /// - Returns: (N, K, height, width).
    public static func forward(_ points: Tensor, height: Int, width: Int, variance: Float) -> Tensor {
        precondition(points.shape.count == 3 && points.shape[2] == 2, "points \(points.shape)")
        precondition(height >= 2 && width >= 2 && variance > 0, "\(height)×\(width), variance \(variance)")
        let (samples, count, size) = (points.shape[0], points.shape[1], height * width)
        return Operator.gaussianHeatmap.run(on: [points], operations: 2 * samples * count * size) {
            let result = Tensor(uninitialized: [samples, count, height, width]), (from, to) = (points.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let point = index / size, pixel = index % size
                    let x = Double(Warp.linspace(pixel % width, width)) - Double(from[2 * point])
                    let y = Double(Warp.linspace(pixel / width, height)) - Double(from[2 * point + 1])
                    to[index] = Float(exp(-0.5 * (x * x + y * y) / Double(variance)))
                }
                return result
            }
            // The product of a value of each column and one of each row.
            Parallel.forEach(samples * count) { point in
                Tensor.withScratch(width) { columns in
                    for column in 0..<width { columns[column] = bell(Warp.linspace(column, width) - from[2 * point], variance) }
                    for row in 0..<height {
                        let factor = bell(Warp.linspace(row, height) - from[2 * point + 1], variance)
                        let line = to + point * size + row * width
                        for column in 0..<width { line[column] = factor * columns[column] }
                    }
                }
            }
            return result
        } backward: { gradient, result in
            let dPoints = Tensor(uninitialized: points.shape)
            let (arriving, made, from, to) = (gradient.pointer, result.pointer, points.pointer, dPoints.mutablePointer)
            Parallel.forEach(samples * count) { point in
                var (x, y) = (0.0, 0.0)
                for pixel in 0..<size {
                    let part = Double(arriving[point * size + pixel]) * Double(made[point * size + pixel])
                    x += part * Double(Warp.linspace(pixel % width, width) - from[2 * point])
                    y += part * Double(Warp.linspace(pixel / width, height) - from[2 * point + 1])
                }
                (to[2 * point], to[2 * point + 1]) = (Float(x / Double(variance)), Float(y / Double(variance)))
            }
            return [dPoints]
        }
    }

    private static func bell(_ distance: Float, _ variance: Float) -> Float { exp(-0.5 * distance * distance / variance) }
}
