import Foundation

/// What a model's directions say of the known pose of drawn people: how well all magnitudes together predict each parameter, and
/// each direction alone.
public struct DirectionTable: Encodable, Sendable {
    public let model: String
    /// Names of the pose's parameters, as in `PuppetPose.parts`.
    public let parameters: [String]
    /// For each parameter, R² of its linear prediction from all magnitudes, of people that the prediction has not seen; at most 1,
    /// nil where it is not defined.
    public let predicted: [Double?]
    /// For each direction, 1 first, the squared correlation of its magnitude with each parameter, 0 to 1: M rows.
    public let squaredCorrelations: [[Double]]
    /// For each direction, 1 − the entropy of its row as shares, to the base of how many parameters there are (the disentanglement
    /// of Eastwood and Williams 2018): 1 where it goes with one parameter alone, 0 where with all alike.
    public let disentanglement: [Double]
    /// For each parameter, the same of its column, to the base of M (their completeness): 1 where one direction alone goes with it.
    public let completeness: [Double]
    /// The directions' disentanglement, weighed by the sum of their rows.
    public let meanDisentanglement: Double
    /// How many frames there were.
    public let frames: Int
    /// Whether the values of a motion are the model's directions, each of which can be moved by itself.
    let isOfDirections: Bool

    enum CodingKeys: String, CodingKey {
        case model, parameters, disentanglement, completeness, frames
        case predicted = "r2"
        case squaredCorrelations = "squared_correlations"
        case meanDisentanglement = "mean_disentanglement"
    }

    /// - Parameters:
    ///   - magnitudes: for each frame, M values.
    ///   - parameters: what the columns of `poses` are called.
    ///   - poses: for each frame, a value for each parameter.
    ///   - groups: for each frame, the number of the group that is held out with it; one group alone has no R².
    ///   - isOfDirections: whether the M values are the model's directions.
    public init(
        model: String, magnitudes: [[Double]], parameters: [String], poses: [[Double]], groups: [Int], isOfDirections: Bool = true
    ) {
        self.isOfDirections = isOfDirections
        self.model = model
        self.parameters = parameters
        frames = magnitudes.count
        predicted =
            Set(groups).count >= 2
            ? RidgeRegression.heldOut(predictors: magnitudes, targets: poses, groups: groups) : parameters.map { _ in nil }
        let columns = parameters.indices.map { parameter in poses.map { $0[parameter] } }
        let table = magnitudes[0].indices.map { direction in
            let series = magnitudes.map { $0[direction] }
            return columns.map { column in Correlation.between(series, column).map { $0 * $0 } ?? 0 }
        }
        squaredCorrelations = table
        disentanglement = table.map(Self.concentration)
        completeness = parameters.indices.map { parameter in Self.concentration(table.map { $0[parameter] }) }
        let weights = table.map { $0.reduce(0, +) }
        let total = weights.reduce(0, +)
        meanDisentanglement = total > 0 ? zip(disentanglement, weights).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
    }

    /// 1 − the entropy of shares, to the base of how many there are; 0 of nothing.
    static func concentration(_ values: [Double]) -> Double {
        let total = values.reduce(0, +)
        guard total > 0, values.count > 1 else { return 0 }
        let entropy = values.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
        return 1 - entropy / log(Double(values.count))
    }
}
