import Tensors

/// Linear prediction with a small penalty, judged on groups that it has not seen.
public enum RidgeRegression {
    /// The coefficient of determination R² of held-out predictions: each group is predicted by the regression on all the others,
    /// and R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)² over everything that was predicted.
    ///
    /// Predictors are standardized with the mean and deviation of the learned part; the penalty on the weights' squares is 1, as
    /// much as one frame's.
    ///
    /// - Parameters:
    ///   - predictors: rows of as many values each.
    ///   - targets: for every row, as many values each.
    ///   - groups: for every row, the number of its group; at least two different ones.
    /// - Returns: for every target, at most 1, below 0 where the mean would predict better; nil for a target that is constant.
    public static func heldOut(predictors: [[Double]], targets: [[Double]], groups: [Int]) -> [Double?] {
        precondition(predictors.count == targets.count && predictors.count == groups.count, "a target and a group for every row")
        precondition(Set(groups).count >= 2, "a group to hold out and one to learn from")
        let (inputs, outputs) = (predictors[0].count, targets[0].count)
        var errors = [Double](repeating: 0, count: outputs)
        for held in Set(groups).sorted() {
            let train = groups.indices.filter { groups[$0] != held }
            let (mean, deviation) = spread(predictors, train)
            let center = spread(targets, train).mean
            func standardized(_ row: Int) -> [Double] {
                (0..<inputs).map { deviation[$0] > 0 ? (predictors[row][$0] - mean[$0]) / deviation[$0] : 0 }
            }
            var gram = [[Double]](repeating: [Double](repeating: 0, count: inputs), count: inputs)
            var sides = [[Double]](repeating: [Double](repeating: 0, count: inputs), count: outputs)
            for row in train {
                let z = standardized(row)
                for i in 0..<inputs {
                    for j in 0...i { gram[i][j] += z[i] * z[j] }
                    for output in 0..<outputs { sides[output][i] += z[i] * (targets[row][output] - center[output]) }
                }
            }
            for i in 0..<inputs {
                for j in 0..<i { gram[j][i] = gram[i][j] }
                gram[i][i] += 1
            }
            let weights = SquareSystem.solve(gram, sides)
            for row in groups.indices where groups[row] == held {
                let z = standardized(row)
                for output in 0..<outputs {
                    let predicted = zip(z, weights[output]).reduce(center[output]) { $0 + $1.0 * $1.1 }
                    errors[output] += (targets[row][output] - predicted) * (targets[row][output] - predicted)
                }
            }
        }
        let (_, deviation) = spread(targets, Array(groups.indices))
        return (0..<outputs).map { output in
            let total = deviation[output] * deviation[output] * Double(groups.count)
            // Deviations of a constant are rounding.
            return deviation[output] > 1e-9 ? 1 - errors[output] / total : nil
        }
    }

    /// The mean and the standard deviation of every column over some rows.
    private static func spread(_ values: [[Double]], _ rows: [Int]) -> (mean: [Double], deviation: [Double]) {
        let columns = values[0].count
        let mean = (0..<columns).map { column in rows.reduce(0) { $0 + values[$1][column] } / Double(rows.count) }
        let deviation = (0..<columns).map { column -> Double in
            let squares = rows.map { (values[$0][column] - mean[column]) * (values[$0][column] - mean[column]) }
            return (squares.reduce(0, +) / Double(rows.count)).squareRoot()
        }
        return (mean, deviation)
    }
}
