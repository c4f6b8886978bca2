/// A validation as a run's metrics have it.
struct ValidationRecord<Measures: ValidationMeasures>: Encodable {
    let step: Int
    let validation: Measures
}
