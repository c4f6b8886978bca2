import Foundation
import Tensors

/// What K points that move say of the motion of a volume (Wang, Mallya and Liu 2021, "One-shot free-view neural talking-head synthesis",
/// section 3.2): one hypothesis a point, that all moves with it, and before them that nothing moves. There is no gradient.
///
/// Positions are x before y before z, along width, height and depth, from −1 to 1 inclusive at the first and last value of each axis.
public enum PointMotions {
    /// The spread of the Gaussian around a point: e^(−distance²/(2·variance)).
    public static let variance: Float = 0.01

    /// (D, H, W, 3): where each place lies.
    public static func identity(depth: Int, height: Int, width: Int) -> Tensor {
        let result = Tensor(uninitialized: [depth, height, width, 3])
        for index in 0..<depth * height * width {
            result.mutablePointer[3 * index] = Warp.linspace(index % width, width)
            result.mutablePointer[3 * index + 1] = Warp.linspace(index / width % height, height)
            result.mutablePointer[3 * index + 2] = Warp.linspace(index / (width * height), depth)
        }
        return result
    }

    /// (D, H, W) for one point of x, y and z: e^(−|p − point|²/(2·variance)).
    public static func gaussian(_ point: [Float], depth: Int, height: Int, width: Int) -> Tensor {
        let result = Tensor(uninitialized: [depth, height, width]), places = identity(depth: depth, height: height, width: width)
        for index in 0..<result.count {
            let squares = (0..<3).reduce(Float(0)) { sum, axis in
                let difference = places.pointer[3 * index + axis] - point[axis]
                return sum + difference * difference
            }
            result.mutablePointer[index] = exp(-0.5 * squares / variance)
        }
        keepAlive(places)
        return result
    }

    /// The hypotheses: where each place comes from if it moves with each point.
    ///
    /// - Parameters:
    ///   - source, target: K points of x, y and z each, before and after the motion.
    /// - Returns: (K + 1, D, H, W, 3).
    public static func hypotheses(source: Tensor, target: Tensor, depth: Int, height: Int, width: Int) -> Tensor {
        let moves = moves(source: source, target: target), places = identity(depth: depth, height: height, width: width)
        let result = Tensor(uninitialized: [moves.count, depth, height, width, 3])
        for (slot, move) in moves.enumerated() {
            let to = result.mutablePointer + slot * places.count
            for index in 0..<places.count { to[index] = places.pointer[index] + move[index % 3] }
        }
        keepAlive(places)
        return result
    }

    /// How far from its own position each hypothesis reads: source − target, and none for the first.
    static func moves(source: Tensor, target: Tensor) -> [SIMD3<Float>] {
        precondition(source.count == target.count && source.count % 3 == 0, "\(source.shape) and \(target.shape) are no points")
        let (s, t) = (source.values, target.values)
        return [.zero] + stride(from: 0, to: s.count, by: 3).map { SIMD3(s[$0], s[$0 + 1], s[$0 + 2]) - SIMD3(t[$0], t[$0 + 1], t[$0 + 2]) }
    }

    /// The features as each hypothesis moves them, and before them how much its point comes and goes: the Gaussian of the target less that
    /// of the source, 0 for the first hypothesis.
    ///
    /// - Parameters:
    ///   - features: (1, C, D, H, W), each of D, H and W at least 2.
    ///   - source, target: K points of x, y and z each.
    ///   - unmoved: (1, C, D, H, W), what `unmoved` says of these features, where it is known.
    /// - Returns: (1, (K + 1)·(C + 1), D, H, W).
    public static func forward(_ features: Tensor, source: Tensor, target: Tensor, unmoved known: Tensor? = nil) -> Tensor {
        precondition(features.shape.count == 5 && features.shape[0] == 1, "features \(features.shape)")
        let (channels, depth, height, width) = (features.shape[1], features.shape[2], features.shape[3], features.shape[4])
        let moves = moves(source: source, target: target), size = depth * height * width
        return Operator.pointMotions.run(
            on: [features, source, target, known], operations: moves.count * (9 * channels + 8) * size
        ) {
            let result = Tensor(uninitialized: [1, moves.count * (channels + 1), depth, height, width])
            let to = result.mutablePointer
            if OperatorPath.current == .reference {
                let grids = hypotheses(source: source, target: target, depth: depth, height: height, width: width)
                for slot in 0..<moves.count {
                    let heat = to + slot * (channels + 1) * size
                    let sampled = VolumeSampling.forward(features, grid: grids.items(slot..<slot + 1))
                    (heat + size).update(from: sampled.pointer, count: channels * size)
                    if slot == 0 {
                        heat.update(repeating: 0, count: size)
                    } else {
                        let points = [target, source].map { Array($0.values[3 * slot - 3..<3 * slot]) }
                        let bells = points.map { gaussian($0, depth: depth, height: height, width: width).values }
                        for p in 0..<size { heat[p] = bells[0][p] - bells[1][p] }
                    }
                    keepAlive(sampled)
                }
                return result
            }
            let from = features.pointer, (s, t) = (source.values, target.values)
            Parallel.forEach(moves.count * (channels + 1)) { plane in
                let (slot, channel) = (plane / (channels + 1), plane % (channels + 1) - 1), own = to + plane * size
                if channel >= 0 {
                    if slot == 0, let known {
                        own.update(from: known.pointer + channel * size, count: size)
                    } else {
                        moved(from + channel * size, depth, height, width, by: moves[slot], into: own)
                    }
                } else if slot == 0 {
                    own.update(repeating: 0, count: size)
                } else {
                    let point = 3 * slot - 3..<3 * slot
                    difference(Array(t[point]), Array(s[point]), depth, height, width, into: own)
                }
            }
            return result
        }
    }

    /// (1, C, D, H, W): the features as the hypothesis moves them that nothing moves. Sampling has its outer values half a value away from
    /// the ends of an axis, while positions have them at the ends (the published weights were trained with that mismatch), so that these are
    /// not the features themselves.
    public static func unmoved(_ features: Tensor) -> Tensor {
        let places = identity(depth: features.shape[2], height: features.shape[3], width: features.shape[4])
        return VolumeSampling.forward(features, grid: places.reshaped([1] + places.shape))
    }

    /// Samples a volume at its own places moved by a constant: axis by axis, because weights along each axis depend on that axis alone.
    private static func moved(
        _ x: UnsafePointer<Float>, _ depth: Int, _ height: Int, _ width: Int, by move: SIMD3<Float>, into y: UnsafeMutablePointer<Float>
    ) {
        func axis(_ extent: Int, _ move: Float) -> [(index: Int32, first: Float, second: Float)] {
            (0..<extent).map { VolumeSampling.neighbors(Warp.linspace($0, extent) + move, extent) }
        }
        let (columns, rows, planes) = (axis(width, move.x), axis(height, move.y), axis(depth, move.z)), area = height * width
        Tensor.withScratch(area + width) { scratch in
            let line = scratch + area
            columns.withUnsafeBufferPointer { columns in
                for (plane, along) in planes.enumerated() {
                    let to = y + plane * area
                    guard along.first != 0 || along.second != 0 else {
                        to.update(repeating: 0, count: area)
                        continue
                    }
                    let (near, far) = (x + Int(along.index) * area, x + (Int(along.index) + 1) * area)
                    let (a, b) = (along.first, along.second)
                    for p in 0..<area { scratch[p] = a * near[p] + b * far[p] }
                    for (row, down) in rows.enumerated() {
                        let upper = scratch + Int(down.index) * width, lower = upper + width, target = to + row * width
                        let (a, b) = (down.first, down.second)
                        for p in 0..<width { line[p] = a * upper[p] + b * lower[p] }
                        for p in 0..<width {
                            let across = columns[p], place = Int(across.index)
                            target[p] = across.first * line[place] + across.second * line[place &+ 1]
                        }
                    }
                }
            }
        }
    }

    /// The Gaussian of one point less that of another: products of their values along the axes.
    private static func difference(
        _ first: [Float], _ second: [Float], _ depth: Int, _ height: Int, _ width: Int, into y: UnsafeMutablePointer<Float>
    ) {
        func axis(_ extent: Int, _ point: Float) -> [Float] {
            (0..<extent).map { index in
                let distance = Warp.linspace(index, extent) - point
                return exp(-0.5 * distance * distance / variance)
            }
        }
        let sizes = [width, height, depth]
        let a = (0..<3).map { axis(sizes[$0], first[$0]) }, b = (0..<3).map { axis(sizes[$0], second[$0]) }
        a[0].withUnsafeBufferPointer { ours in
            b[0].withUnsafeBufferPointer { theirs in
                for row in 0..<depth * height {
                    let (u, v) = (a[2][row / height] * a[1][row % height], b[2][row / height] * b[1][row % height])
                    let to = y + row * width
                    for column in 0..<width { to[column] = u * ours[column] - v * theirs[column] }
                }
            }
        }
    }
}
