import Foundation
import Tensors

/// Where maps of scores are high: softmax over all places makes a distribution of each map, whose mean place is the map's point; other maps
/// are averaged by the same distribution (Siarohin et al. 2019, "First order motion model for image animation", section 3.1).
///
/// Places are x before y, from −1 to 1 inclusive at the first and last column and row.
public enum SoftArgmax {
    public struct Result {
        /// (N, K, 2): the mean place of each distribution.
        public let points: Tensor
        /// (N, K, M): the mean of each of a point's M maps; nil without maps.
        public let means: Tensor?
        /// (N, K, H, W): the distributions. No gradient flows back from them.
        public let distribution: Tensor
    }

    /// - Parameters:
    ///   - logits: (N, K, H, W), H and W at least 2.
    ///   - maps: (N, K·M, H, W), those of one point after those of another, or (N, M, H, W), the same for all points.
    ///   - perPoint: M.
    ///   - temperature: what the logits are divided by, above 0.
    public static func forward(_ logits: Tensor, maps: Tensor? = nil, perPoint: Int = 4, temperature: Float) -> Result {
        let (samples, points, height, width) = (logits.shape[0], logits.shape[1], logits.shape[2], logits.shape[3])
        let size = height * width, shared = maps.map { $0.shape[1] != points * perPoint } ?? false
        precondition(height >= 2 && width >= 2 && temperature > 0, "\(logits.shape) by \(temperature)")
        precondition(
            maps.map { $0.shape == [samples, (shared ? 1 : points) * perPoint, height, width] } ?? true,
            "maps \(maps?.shape ?? []) for \(logits.shape)")
        /// Where the first map of a point of a sample begins.
        func place(_ index: Int) -> Int { (shared ? index / points : index) * perPoint * size }
        let columns = (0..<width).map { Warp.linspace($0, width) }, rows = (0..<height).map { Warp.linspace($0, height) }
        return Operator.softArgmax.run(
            on: [logits, maps], operations: (12 + 2 * (maps == nil ? 0 : perPoint)) * logits.count,
            outputs: { [$0.points] + ($0.means.map { [$0] } ?? []) },
            forward: {
                let result = Result(
                    points: Tensor(uninitialized: [samples, points, 2]),
                    means: maps.map { _ in Tensor(uninitialized: [samples, points, perPoint]) },
                    distribution: Tensor(uninitialized: logits.shape))
                let (from, p, to) = (logits.pointer, result.distribution.mutablePointer, result.points.mutablePointer)
                let means = result.means?.mutablePointer
                if OperatorPath.current == .reference {
                    for index in 0..<samples * points {
                        let scores = (0..<size).map { Double(from[index * size + $0]) / Double(temperature) }, largest = scores.max()!
                        let sum = scores.reduce(0) { $0 + exp($1 - largest) }
                        let parts = scores.map { exp($0 - largest) / sum }
                        for pixel in 0..<size { p[index * size + pixel] = Float(parts[pixel]) }
                        to[2 * index] = Float((0..<size).reduce(0.0) { $0 + parts[$1] * Double(columns[$1 % width]) })
                        to[2 * index + 1] = Float((0..<size).reduce(0.0) { $0 + parts[$1] * Double(rows[$1 / width]) })
                        for map in 0..<(maps == nil ? 0 : perPoint) {
                            let values = maps!.pointer + place(index) + map * size
                            means![index * perPoint + map] = Float((0..<size).reduce(0.0) { $0 + parts[$1] * Double(values[$1]) })
                        }
                    }
                    return result
                }
                Parallel.forEach(samples * points) { index in
                    let (scores, own) = (from + index * size, p + index * size)
                    var largest = -Float.infinity, sum: Float = 0
                    for pixel in 0..<size { largest = max(largest, scores[pixel]) }
                    for pixel in 0..<size {
                        own[pixel] = exp((scores[pixel] - largest) / temperature)
                        sum += own[pixel]
                    }
                    var (x, y) = (Float(0), Float(0))
                    for row in 0..<height {
                        var (line, along) = (Float(0), Float(0))
                        for column in 0..<width {
                            let part = own[row * width + column] / sum
                            own[row * width + column] = part
                            line += part
                            along += part * columns[column]
                        }
                        x += along
                        y += line * rows[row]
                    }
                    (to[2 * index], to[2 * index + 1]) = (x, y)
                    for map in 0..<(maps == nil ? 0 : perPoint) {
                        means![index * perPoint + map] = dot(own, maps!.pointer + place(index) + map * size, size)
                    }
                }
                return result
            },
            backward: { gradients, result in
                let dLogits = Tensor(uninitialized: logits.shape), dMaps = maps.map { Tensor(zeros: $0.shape) }
                let (p, to) = (result.distribution.pointer, dLogits.mutablePointer)
                let dPoints = gradients[0]?.values, dMeans = gradients.count > 1 ? gradients[1]?.values : nil
                // Points that share maps add to the same gradients: one after another.
                Parallel.forEach(samples) { sample in
                    for index in sample * points..<(sample + 1) * points {
                        let (own, target) = (p + index * size, to + index * size)
                        let (dx, dy) = dPoints.map { ($0[2 * index], $0[2 * index + 1]) } ?? (0, 0)
                        for pixel in 0..<size { target[pixel] = dx * columns[pixel % width] + dy * rows[pixel / width] }
                        if let maps, let dMaps, let dMeans {
                            for map in 0..<perPoint {
                                let start = place(index) + map * size, arriving = dMeans[index * perPoint + map]
                                let (values, gradient) = (maps.pointer + start, dMaps.mutablePointer + start)
                                for pixel in 0..<size {
                                    target[pixel] += arriving * values[pixel]
                                    gradient[pixel] += arriving * own[pixel]
                                }
                            }
                        }
                        let mean = dot(own, target, size)
                        for pixel in 0..<size { target[pixel] = own[pixel] * (target[pixel] - mean) / temperature }
                    }
                }
                return [dLogits, dMaps]
            })
    }

    private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = 0.0
        for index in 0..<count { sum += Double(a[index]) * Double(b[index]) }
        return Float(sum)
    }
}
