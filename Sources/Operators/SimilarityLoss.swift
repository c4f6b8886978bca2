import Tensors

/// 1 − SSIM (Wang et al. 2004) as a loss: the structural similarity under an 11×11 Gaussian window of σ = 1.5 that lies wholly inside the
/// picture, with K₁ = 0.01 and K₂ = 0.03. Values in [−1, 1] are first taken to [0, 1].
public enum SimilarityLoss {
    private static let side = GaussianWindow.side
    private static let weights = GaussianWindow.weights.map { Float($0) }

    /// - Parameters:
    ///   - x: (N, C, H, W), both sides at least 11.
    ///   - target: as x; no gradient flows to it.
    /// - Returns: (1), 0 for equal pictures, at most 2.
    public static func forward(_ x: Tensor, target: Tensor) -> Tensor {
        let (planes, height, width) = (x.shape[0] * x.shape[1], x.shape[2], x.shape[3])
        precondition(x.shape == target.shape && min(height, width) >= side, "\(x.shape) and \(target.shape)")
        let places = (height - side + 1) * (width - side + 1), area = height * width
        return Operator.similarityLoss.run(
            on: [x], constants: [target], detail: "", operations: planes * 5 * 4 * side * area, outputs: { [$0.loss] }
        ) {
            compute(x, target, isTraining: Tape.current != nil)
        } backward: { gradients, result in
            // Halved, because the values were.
            let factor = -gradients[0]!.values[0] / Float(2 * Double(planes * places)), slopes = result.slopes!
            let dx = Tensor(uninitialized: x.shape)
            Parallel.forEach(planes) { plane in
                let (a, b, to) = (x.pointer + plane * area, target.pointer + plane * area, dx.mutablePointer + plane * area)
                let spread = Tensor(zeros: [3, area]), s = spread.mutablePointer
                for index in 0..<3 {
                    spreadOut(slopes.pointer + (plane * 3 + index) * places, height, width, into: s + index * area)
                }
                for i in 0..<area {
                    to[i] = factor * (s[i] + (a[i] + 1) * s[area + i] + (b[i] + 1) / 2 * s[2 * area + i])
                }
                keepAlive(spread)
            }
            return [dx]
        }.loss
    }

    /// The loss and, for training, the derivatives of the similarity at every place by the window's means of x, of x² and of x·y.
    private static func compute(_ x: Tensor, _ target: Tensor, isTraining: Bool) -> (loss: Tensor, slopes: Tensor?) {
        let (planes, height, width) = (x.shape[0] * x.shape[1], x.shape[2], x.shape[3])
        let places = (height - side + 1) * (width - side + 1), area = height * width
        let path = OperatorPath.current
        let slopes = isTraining ? Tensor(uninitialized: [planes, 3, places]) : nil
        let sums = Parallel.map(planes) { plane -> Double in
            let (a, b) = (x.pointer + plane * area, target.pointer + plane * area)
            let means = Tensor(uninitialized: [5, places]), products = Tensor(uninitialized: [5, area])
            let p = products.mutablePointer, m = means.mutablePointer
            for i in 0..<area {
                let (u, v) = ((a[i] + 1) / 2, (b[i] + 1) / 2)
                (p[i], p[area + i], p[2 * area + i], p[3 * area + i], p[4 * area + i]) = (u, v, u * u, v * v, u * v)
            }
            let filter = path == .reference ? reference : filter
            for index in 0..<5 { filter(p + index * area, height, width, m + index * places) }
            let to = slopes.map { $0.mutablePointer + plane * 3 * places }
            let c1: Float = 0.01 * 0.01, c2: Float = 0.03 * 0.03
            var sum = 0.0
            for i in 0..<places {
                let (mx, my) = (m[i], m[places + i])
                let luminance = 2 * mx * my + c1, structure = 2 * (m[4 * places + i] - mx * my) + c2
                let brightness = mx * mx + my * my + c1
                let contrast = m[2 * places + i] - mx * mx + m[3 * places + i] - my * my + c2
                let similarity = luminance * structure / (brightness * contrast)
                sum += Double(similarity)
                if let to {
                    to[i] =
                        2 * my * (structure - luminance) / (brightness * contrast)
                        - 2 * mx * similarity * (1 / brightness - 1 / contrast)
                    to[places + i] = -similarity / contrast
                    to[2 * places + i] = 2 * luminance / (brightness * contrast)
                }
            }
            keepAlive(means, products, slopes)
            return sum
        }
        return (Tensor([Float(1 - sums.reduce(0, +) / Double(planes * places))], [1]), slopes)
    }

    /// The window's means at (height − 10)·(width − 10) places: along the columns, then along the rows.
    private static func filter(
        _ from: UnsafePointer<Float>, _ height: Int, _ width: Int, _ to: UnsafeMutablePointer<Float>
    ) {
        let columns = width - side + 1, rows = height - side + 1
        let across = Tensor(zeros: [height, columns]), a = across.mutablePointer
        to.update(repeating: 0, count: rows * columns)
        for tap in 0..<side {
            let weight = weights[tap]
            for row in 0..<height { add(from + row * width + tap, weight, to: a + row * columns, columns) }
        }
        for tap in 0..<side { add(a + tap * columns, weights[tap], to: to, rows * columns) }
        keepAlive(across)
    }

    /// The definition of `filter`: for each place the weighted sum over its window.
    private static func reference(
        _ from: UnsafePointer<Float>, _ height: Int, _ width: Int, _ to: UnsafeMutablePointer<Float>
    ) {
        let columns = width - side + 1, rows = height - side + 1
        for place in 0..<rows * columns {
            var sum = 0.0
            for tap in 0..<side * side {
                let (i, j) = (tap / side, tap % side)
                let value = from[(place / columns + i) * width + place % columns + j]
                sum += GaussianWindow.weights[i] * GaussianWindow.weights[j] * Double(value)
            }
            to[place] = Float(sum)
        }
    }

    /// The transpose of `filter`, added to zeros.
    private static func spreadOut(
        _ from: UnsafePointer<Float>, _ height: Int, _ width: Int, into to: UnsafeMutablePointer<Float>
    ) {
        let columns = width - side + 1, rows = height - side + 1
        let across = Tensor(zeros: [height, columns]), a = across.mutablePointer
        for tap in 0..<side { add(from, weights[tap], to: a + tap * columns, rows * columns) }
        for tap in 0..<side {
            let weight = weights[tap]
            for row in 0..<height { add(a + row * columns, weight, to: to + row * width + tap, columns) }
        }
        keepAlive(across)
    }

    @inline(__always)
    private static func add(
        _ from: UnsafePointer<Float>, _ weight: Float, to: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        for i in 0..<count { to[i] += weight * from[i] }
    }
}
