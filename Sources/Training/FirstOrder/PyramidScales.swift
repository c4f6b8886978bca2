/// Scales of a pyramid of pictures, each 1/2ⁿ: "1 0.5 0.25".
struct PyramidScales {
    let values: [Double]

    /// How many times smaller each picture is: 1, 2, 4.
    var factors: [Int] { values.map { Int(1 / $0) } }

    /// nil for a text that is none.
    init?(_ text: String) {
        let values = text.split(separator: " ").map { Double($0) ?? 0 }
        guard !values.isEmpty, values.allSatisfy([1, 0.5, 0.25, 0.125].contains), Set(values).count == values.count else { return nil }
        self.values = values
    }
}
