/// A step as a run's metrics have it: its results, and how long it took.
struct TimedStepRecord: Encodable {
    let record: StepRecord
    let timing: (seconds: Double, stepsPerSecond: Double)

    private enum CodingKeys: String, CodingKey {
        case seconds
        case stepsPerSecond = "steps_per_second"
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        // Three decimals say enough.
        try container.encode((timing.seconds * 1000).rounded() / 1000, forKey: .seconds)
        try container.encode((timing.stepsPerSecond * 1000).rounded() / 1000, forKey: .stepsPerSecond)
    }
}
