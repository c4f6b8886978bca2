import Foundation
import Tensors

/// What a direction does to a picture, in numbers. Levels are those of 8-bit pictures, places parts of the picture's sides from its
/// upper left corner.
public struct SweepStatistics: Codable, Sendable {
    /// Of the picture's width and height, 0…1.
    public struct Place: Codable, Sendable, Equatable {
        public let x, y: Double
    }

    /// Of the picture's width and height, 0…1.
    public struct Box: Codable, Sendable, Equatable {
        public let left, top, right, bottom: Double
    }

    /// The mean change of a value of the picture for a unit of α, in levels: the mean over all α ≠ 0 of mean |x(α) − x(0)| / |α|.
    public let energy: Double
    /// The centroid of the change; nil where nothing changes.
    public let center: Place?
    /// Where the change lies: 90% of it horizontally, and 90% of it vertically.
    public let box: Box?
    /// The smallest part of the picture that holds half of the change: small is local.
    public let share: Double?
    /// How far the picture's change is α times one fixed change s: 1 − Σ|Δ(α) − α·s|² / Σ|Δ(α)|² for the best s; 1 is exactly linear.
    public let linearity: Double?
    /// How far −α undoes what α does: −Σ Δ(α)·Δ(−α) / √(Σ|Δ(α)|² Σ|Δ(−α)|²); 1 is the exact opposite, −1 the same at both ends.
    /// Nil where the sweep has no pair of opposite α.
    public let symmetry: Double?
    /// How far the fastest hundredth of the picture moves at the last α, in parts of its side.
    public let reach: Double

    enum CodingKeys: String, CodingKey {
        case energy, center, box, share, linearity, symmetry, reach
    }

    /// (1, 1, H, W): the mean over all α ≠ 0 and the three channels of |x(α) − x(0)| / |α|, in levels for a unit of α.
    public var heat: Tensor { Tensor(heatValues, heatShape) }
    private let heatValues: [Float]
    private let heatShape: [Int]

    public init(from decoder: Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        energy = try values.decode(Double.self, forKey: .energy)
        center = try values.decodeIfPresent(Place.self, forKey: .center)
        box = try values.decodeIfPresent(Box.self, forKey: .box)
        share = try values.decodeIfPresent(Double.self, forKey: .share)
        linearity = try values.decodeIfPresent(Double.self, forKey: .linearity)
        symmetry = try values.decodeIfPresent(Double.self, forKey: .symmetry)
        reach = try values.decode(Double.self, forKey: .reach)
        (heatValues, heatShape) = ([], [1, 1, 0, 0])
    }

    /// - Parameters:
    ///   - amounts: the values of α, increasing, at least one of them not 0.
    ///   - pictures: (1, 3, H, W) each, one for each α, RGB; compared as they are seen, clamped to [−1, 1].
    ///   - origin: (1, 3, H, W), the picture at α = 0.
    ///   - movement: (1, 2, H, W), in units of half the picture.
    public init(amounts: [Float], pictures: [Tensor], origin: Tensor, movement: Tensor) {
        precondition(amounts.count == pictures.count && amounts.contains { $0 != 0 }, "a sweep has pictures and moves")
        let (height, width) = (origin.shape[2], origin.shape[3])
        let size = height * width
        let seen = { (value: Float) in value > -1 ? min(value, 1) : -1 }
        let start = origin.values.map(seen)
        // Differences in levels.
        let changes = pictures.map { picture in zip(picture.values, start).map { (seen($0) - $1) * 127.5 } }

        var heat = [Double](repeating: 0, count: size)
        var best = [Double](repeating: 0, count: 3 * size)
        var squares = 0.0, squaredAmounts = 0.0
        let moved = amounts.indices.filter { amounts[$0] != 0 }
        for index in moved {
            let amount = Double(amounts[index])
            squaredAmounts += amount * amount
            for (place, change) in changes[index].enumerated() {
                heat[place % size] += Double(abs(change)) / abs(amount) / Double(3 * moved.count)
                best[place] += amount * Double(change)
                squares += Double(change) * Double(change)
            }
        }
        let total = heat.reduce(0, +)
        energy = total / Double(size)
        // Below a ten thousandth of a level it is rounding that moves.
        let changed = energy > 1e-4
        linearity = changed ? best.reduce(0) { $0 + $1 * $1 } / squaredAmounts / squares : nil

        var along = 0.0, forward = 0.0, backward = 0.0
        for index in moved where amounts[index] > 0 {
            guard let opposite = moved.first(where: { abs(amounts[$0] + amounts[index]) < 1e-4 * amounts[index] }) else { continue }
            for (a, b) in zip(changes[index], changes[opposite]) {
                along += Double(a) * Double(b)
                forward += Double(a) * Double(a)
                backward += Double(b) * Double(b)
            }
        }
        symmetry = changed && forward > 0 && backward > 0 ? -along / (forward * backward).squareRoot() : nil

        if changed {
            var columns = [Double](repeating: 0, count: width), rows = [Double](repeating: 0, count: height)
            for place in 0..<size {
                columns[place % width] += heat[place] / total
                rows[place / width] += heat[place] / total
            }
            center = Place(x: Self.mean(columns), y: Self.mean(rows))
            box = Box(
                left: Self.quantile(columns, 0.05), top: Self.quantile(rows, 0.05), right: Self.quantile(columns, 0.95),
                bottom: Self.quantile(rows, 0.95))
            var held = 0.0, count = 0
            for value in heat.sorted(by: >) where held < total / 2 {
                held += value
                count += 1
            }
            share = Double(count) / Double(size)
        } else {
            (center, box, share) = (nil, nil, nil)
        }
        let flow = movement.values
        let lengths = (0..<flow.count / 2).map { (flow[$0] * flow[$0] + flow[flow.count / 2 + $0] * flow[flow.count / 2 + $0]).squareRoot() }
        reach = Double(lengths.sorted().dropLast(lengths.count / 100).last ?? 0) / 2
        (heatValues, heatShape) = (heat.map { Float($0) }, [1, 1, height, width])
    }

    /// The mean place of weights that sum to 1, as a part of their length.
    private static func mean(_ weights: [Double]) -> Double {
        weights.enumerated().reduce(0) { $0 + (Double($1.offset) + 0.5) * $1.element } / Double(weights.count)
    }

    /// Where the sum of weights that sum to 1 reaches `part`, as a part of their length.
    private static func quantile(_ weights: [Double], _ part: Double) -> Double {
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            if weight > 0, sum + weight >= part { return (Double(index) + (part - sum) / weight) / Double(weights.count) }
            sum += weight
        }
        return 1
    }
}
