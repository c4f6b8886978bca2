/// How far changes along a direction are in proportion to α.
struct Proportionality {
    /// 1 − Σ|Δ(α) − α·s|² / Σ|Δ(α)|² for the best s: 1 where the change is exactly α times one fixed change. Nil without a change.
    let linearity: Double?
    /// −Σ Δ(α)·Δ(−α) / √(Σ|Δ(α)|² Σ|Δ(−α)|²): 1 where −α does the exact opposite of α, −1 where it does the same. Nil without a
    /// change, or without a pair of opposite α.
    let symmetry: Double?

    /// - Parameters:
    ///   - amounts: the values of α; 0 does not count.
    ///   - changes: of every α, as many values each.
    init(amounts: [Float], changes: [[Float]]) {
        let moved = amounts.indices.filter { amounts[$0] != 0 }
        var best = [Double](repeating: 0, count: changes.first?.count ?? 0)
        var squares = 0.0, squaredAmounts = 0.0
        for index in moved {
            let amount = Double(amounts[index])
            squaredAmounts += amount * amount
            for (place, change) in changes[index].enumerated() {
                best[place] += amount * Double(change)
                squares += Double(change) * Double(change)
            }
        }
        // A network that is driven out of float32 gives values that are no numbers.
        linearity = squares > 0 && squares.isFinite ? best.reduce(0) { $0 + $1 * $1 } / squaredAmounts / squares : nil

        var along = 0.0, forward = 0.0, backward = 0.0
        for index in moved where amounts[index] > 0 {
            guard let opposite = moved.first(where: { abs(amounts[$0] + amounts[index]) < 1e-4 * amounts[index] }) else { continue }
            for (a, b) in zip(changes[index], changes[opposite]) {
                along += Double(a) * Double(b)
                forward += Double(a) * Double(a)
                backward += Double(b) * Double(b)
            }
        }
        symmetry =
            forward > 0 && backward > 0 && along.isFinite && (forward * backward).isFinite
            ? -along / (forward * backward).squareRoot() : nil
    }
}
