import Tensors

/// Whether paired differences could have come about by chance: the permutation test that flips their signs (Fisher 1935).
public enum SignFlipTest {
    /// Up to so many differences, every combination of signs is tried.
    static let exactLimit = 14
    /// How many combinations are sampled otherwise, from a fixed seed.
    static let draws = 20_000

    /// - Parameter differences: one for each clip.
    /// - Returns: how likely a mean at least as far from 0 is when signs are chance, 0 to 1, two-sided. Of fewer than six
    ///   differences it cannot fall below 0.05.
    public static func p(_ differences: [Double]) -> Double {
        let count = differences.count
        let observed = abs(differences.reduce(0, +))
        // Sums of the same numbers in another order differ in rounding.
        let limit = observed - 1e-9 * differences.reduce(0) { $0 + abs($1) }
        if count <= exactLimit {
            let combinations = 1 << count
            let extreme = (0..<combinations).count { signs in
                abs((0..<count).reduce(0.0) { $0 + (signs >> $1 & 1 == 1 ? differences[$1] : -differences[$1]) }) >= limit
            }
            return Double(extreme) / Double(combinations)
        }
        var random = RandomSource(seed: 0x666C_6970)
        let extreme = (0..<draws).count { _ in
            abs(differences.reduce(0.0) { $0 + (random.next() >> 63 == 1 ? $1 : -$1) }) >= limit
        }
        // The observed signs are one of the combinations.
        return Double(extreme + 1) / Double(draws + 1)
    }
}
