import Tensors

/// How far a tensor is from the one expected.
public struct Difference: CustomStringConvertible {
    public let count: Int
    public let sameShape: Bool
    /// The largest |found − expected|.
    public let largest: Float
    /// The largest error over the largest expected value.
    public let relative: Float
    public let mean: Float
    public let shapes: String

    public init(_ found: Tensor, _ expected: Tensor) {
        count = expected.count
        shapes = "\(found.shape) for \(expected.shape)"
        sameShape = found.shape == expected.shape
        guard found.count == expected.count, count > 0 else {
            (largest, relative, mean) = (.infinity, .infinity, .infinity)
            return
        }
        let pairs = zip(found.values, expected.values)
        // A NaN must not slip through a maximum.
        let errors = pairs.map { ($0 - $1).isNaN ? Float.infinity : abs($0 - $1) }
        largest = errors.max()!
        mean = errors.reduce(0, +) / Float(count)
        relative = largest / max(expected.values.map { abs($0) }.max()!, .leastNormalMagnitude)
    }

    /// Same shape, something compared, and no value further off than `tolerance`, absolutely or against the largest value.
    public func isWithin(_ tolerance: Float) -> Bool {
        sameShape && count > 0 && (largest <= tolerance || relative <= tolerance)
    }

    public var description: String {
        "\(shapes): largest error \(largest), relative \(relative), mean \(mean) over \(count) values"
    }
}
