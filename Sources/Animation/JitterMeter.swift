/// Measures how much values tremble while they come (see `Jitter`).
struct JitterMeter: Sendable {
    private var last: [Float]?, secondLast: [Float]?
    private var sum: Double = 0
    private var count = 0

    mutating func add(_ values: [Float]) {
        if let last, let secondLast, !values.isEmpty {
            var squares: Float = 0
            for index in values.indices {
                let difference = values[index] - 2 * last[index] + secondLast[index]
                squares += difference * difference
            }
            sum += Double((squares / Float(values.count)).squareRoot())
            count += 1
        }
        (secondLast, last) = (last, values)
    }

    var mean: Float { count == 0 ? 0 : Float(sum / Double(count)) }
}
