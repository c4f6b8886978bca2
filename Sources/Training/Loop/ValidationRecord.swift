/// A validation as a run's metrics have it.
struct ValidationRecord: Codable {
    let step: Int
    let validation: Validation
}
