import Foundation
import Tensors

/// What a direction does to a picture, in numbers. Levels are those of 8-bit pictures, places parts of the picture's sides from its
/// upper left corner.
public struct SweepStatistics: Encodable, Sendable {
    /// A point, as fractions of the picture's width and height.
    public struct Place: Encodable, Sendable, Equatable {
        public let x, y: Double
    }

    /// A rectangle, as fractions of the picture's width and height.
    public struct Box: Encodable, Sendable, Equatable {
        public let left, top, right, bottom: Double
    }

    /// The mean change of a value of the picture for a unit of α, in levels: the mean over all α ≠ 0 of mean |x(α) − x(0)| / |α|.
    public let energy: Double
    /// The centroid of the change; nil where nothing changes.
    public let center: Place?
    /// Where the change lies: 90% of it horizontally, and 90% of it vertically.
    public let box: Box?
    /// The smallest fraction of the picture that holds half of the change: small is local.
    public let share: Double?
    /// How far the picture's change is in proportion to α: 1 − Σ|Δ(α) − α·s|² / Σ|Δ(α)|² for the best fixed change s. An edge that
    /// moves changes its pixels suddenly, so that even the plainest motion stays below 1.
    public let linearity: Double?
    /// How far −α undoes in the picture what α does: −Σ Δ(α)·Δ(−α) / √(Σ|Δ(α)|² Σ|Δ(−α)|²); 1 is the exact opposite, −1 the same
    /// at both ends. Nil where the sweep has no pair of opposite α.
    public let symmetry: Double?
    /// How far the flow field's change is in proportion to α, as `linearity`; nil where the network shows no flow.
    public let motionLinearity: Double?
    /// How far −α undoes in the flow field what α does, as `symmetry`; nil where the network shows no flow.
    public let motionSymmetry: Double?
    /// How far the fastest hundredth of the picture moves at the last α, as a fraction of its side; nil where the network shows no flow.
    public let reach: Double?

    enum CodingKeys: String, CodingKey {
        case energy, center, box, share, linearity, symmetry, reach
        case motionLinearity = "motion_linearity"
        case motionSymmetry = "motion_symmetry"
    }

    /// (1, 1, H, W): the mean over all α ≠ 0 and the three channels of |x(α) − x(0)| / |α|, in levels for a unit of α.
    public let heat: Tensor

    /// - Parameters:
    ///   - amounts: the values of α, increasing, at least one of them not 0.
    ///   - pictures: (1, 3, H, W) each, one for each α, RGB; compared as they are seen, clamped to [−1, 1].
    ///   - origin: (1, 3, H, W), the picture at α = 0.
    ///   - movements: (1, 2, H, W) each, one for each α: where things go from α = 0, in units of half the picture; empty where the
    ///     network shows no flow.
    public init(amounts: [Float], pictures: [Tensor], origin: Tensor, movements: [Tensor]) {
        precondition(
            amounts.count == pictures.count && [0, amounts.count].contains(movements.count) && amounts.contains { $0 != 0 },
            "a sweep has pictures and moves")
        let (height, width) = (origin.shape[2], origin.shape[3])
        let size = height * width
        let seen = { (value: Float) in value > -1 ? min(value, 1) : -1 }
        let start = origin.values.map(seen)
        // Differences in levels.
        let changes = pictures.map { picture in zip(picture.values, start).map { (seen($0) - $1) * 127.5 } }

        var heat = [Double](repeating: 0, count: size)
        let moved = amounts.indices.filter { amounts[$0] != 0 }
        for index in moved {
            for (place, change) in changes[index].enumerated() {
                heat[place % size] += Double(abs(change) / abs(amounts[index])) / Double(3 * moved.count)
            }
        }
        let total = heat.reduce(0, +)
        energy = total / Double(size)
        // Below a ten thousandth of a level it is rounding that moves.
        let changed = energy > 1e-4
        let picture = Proportionality(amounts: amounts, changes: changes)
        (linearity, symmetry) = changed ? (picture.linearity, picture.symmetry) : (nil, nil)
        let motion = movements.isEmpty ? nil : Proportionality(amounts: amounts, changes: movements.map(\.values))
        (motionLinearity, motionSymmetry) = (motion?.linearity, motion?.symmetry)

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
        reach = movements.last.map(Self.reach)
        self.heat = Tensor(heat.map { Float($0) }, [1, 1, height, width])
    }

    private static func reach(_ movement: Tensor) -> Double {
        let flow = movement.values
        let lengths = zip(flow.prefix(flow.count / 2), flow.suffix(flow.count / 2)).map { ($0 * $0 + $1 * $1).squareRoot() }
        return Double(lengths.filter(\.isFinite).sorted().dropLast(lengths.count / 100).last ?? 0) / 2
    }

    /// The mean place of weights that sum to 1, as a fraction of their length.
    private static func mean(_ weights: [Double]) -> Double {
        weights.enumerated().reduce(0) { $0 + (Double($1.offset) + 0.5) * $1.element } / Double(weights.count)
    }

    /// Where the running sum of weights that sum to 1 reaches `part`, as a fraction of their length.
    private static func quantile(_ weights: [Double], _ part: Double) -> Double {
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            if weight > 0, sum + weight >= part { return (Double(index) + (part - sum) / weight) / Double(weights.count) }
            sum += weight
        }
        return 1
    }
}
