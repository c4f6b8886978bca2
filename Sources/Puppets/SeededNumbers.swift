/// Reproducible random numbers (SplitMix64): the same seed gives the same numbers on every machine.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.scrambled(state)
    }

    /// Uniform in `range`.
    mutating func uniform(_ range: ClosedRange<Float> = 0...1) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * (Float(next() >> 40) * 0x1p-24)
    }

    /// True this often (0 to 1).
    mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

    /// One of `items`, each as likely.
    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(next() >> 33) % items.count] }

    /// One of `items` by its weight.
    mutating func pick<Item>(_ items: [(Item, Float)]) -> Item {
        var rest = uniform() * items.reduce(0) { $0 + $1.1 }
        for (item, weight) in items {
            rest -= weight
            if rest < 0 { return item }
        }
        return items[items.count - 1].0
    }

    /// Well-mixed bits of a number.
    static func scrambled(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
