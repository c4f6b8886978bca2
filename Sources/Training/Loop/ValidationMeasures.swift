/// What a validation finds, as a run's metrics have it.
public protocol ValidationMeasures: Encodable, Sendable {
    /// Whether the network is still of use.
    var isFinite: Bool { get }

    /// The measures in one line.
    var summary: String { get }
}
