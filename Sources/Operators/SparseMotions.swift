import Tensors

/// Where each place comes from if it moves as the surroundings of a key point do, to first order: T_k(z) = s_k + A_k·(z − d_k), and before
/// these T_0(z) = z, that nothing moves (Siarohin et al. 2019, equations 4 to 6).
///
/// Places are x before y, from −1 to 1 inclusive at the first and last column and row.
public enum SparseMotions {
    /// - Parameters:
    ///   - source, driving: (N, K, 2), s and d.
    ///   - map: (N, K, 2, 2), A; the identity where nil.
    ///   - height, width: at least 2.
    /// - Returns: (N, K + 1, height, width, 2).
    public static func forward(source: Tensor, driving: Tensor, map: Tensor? = nil, height: Int, width: Int) -> Tensor {
        let (samples, points) = (source.shape[0], source.shape[1]), size = height * width
        precondition(source.shape == driving.shape && source.shape == [samples, points, 2], "\(source.shape) and \(driving.shape)")
        precondition(map.map { $0.count == 4 * samples * points } ?? true, "maps \(map?.shape ?? []) for \(source.shape)")
        precondition(height >= 2 && width >= 2, "\(height)×\(width)")
        let columns = (0..<width).map { Warp.linspace($0, width) }, rows = (0..<height).map { Warp.linspace($0, height) }
        return Operator.sparseMotions.run(
            on: [source, driving, map], operations: 10 * samples * points * size
        ) {
            let result = Tensor(uninitialized: [samples, points + 1, height, width, 2]), to = result.mutablePointer
            let (s, d, a) = (source.pointer, driving.pointer, map?.pointer)
            Parallel.forEach(samples * (points + 1)) { slot in
                let own = to + 2 * slot * size, point = slot / (points + 1) * points + slot % (points + 1) - 1
                let isStill = slot % (points + 1) == 0
                for pixel in 0..<size {
                    let (x, y) = (columns[pixel % width], rows[pixel / width])
                    if isStill {
                        (own[2 * pixel], own[2 * pixel + 1]) = (x, y)
                    } else if let a {
                        let (u, v, matrix) = (x - d[2 * point], y - d[2 * point + 1], a + 4 * point)
                        own[2 * pixel] = matrix[0] * u + matrix[1] * v + s[2 * point]
                        own[2 * pixel + 1] = matrix[2] * u + matrix[3] * v + s[2 * point + 1]
                    } else {
                        own[2 * pixel] = x - d[2 * point] + s[2 * point]
                        own[2 * pixel + 1] = y - d[2 * point + 1] + s[2 * point + 1]
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            let dSource = Tensor(uninitialized: source.shape), dDriving = Tensor(uninitialized: driving.shape)
            let dMap = map.map { Tensor(uninitialized: $0.shape) }
            let (g, d) = (gradient.pointer, driving.pointer), (toSource, toDriving) = (dSource.mutablePointer, dDriving.mutablePointer)
            Parallel.forEach(samples * points) { point in
                let arriving = g + 2 * size * (point / points * (points + 1) + point % points + 1)
                // Σ of the gradients of x and y, and of these times z − d.
                var (x, y) = (0.0, 0.0), (xu, xv, yu, yv) = (0.0, 0.0, 0.0, 0.0)
                for pixel in 0..<size {
                    let (dx, dy) = (Double(arriving[2 * pixel]), Double(arriving[2 * pixel + 1]))
                    let u = Double(columns[pixel % width] - d[2 * point]), v = Double(rows[pixel / width] - d[2 * point + 1])
                    x += dx
                    y += dy
                    xu += dx * u
                    xv += dx * v
                    yu += dy * u
                    yv += dy * v
                }
                (toSource[2 * point], toSource[2 * point + 1]) = (Float(x), Float(y))
                guard let dMap, let map else {
                    (toDriving[2 * point], toDriving[2 * point + 1]) = (Float(-x), Float(-y))
                    return
                }
                let (a, to) = (map.pointer + 4 * point, dMap.mutablePointer + 4 * point)
                (to[0], to[1], to[2], to[3]) = (Float(xu), Float(xv), Float(yu), Float(yv))
                toDriving[2 * point] = Float(-(Double(a[0]) * x + Double(a[2]) * y))
                toDriving[2 * point + 1] = Float(-(Double(a[1]) * x + Double(a[3]) * y))
            }
            return [dSource, dDriving, dMap]
        }
    }
}
