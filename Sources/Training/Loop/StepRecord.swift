/// What a training step gave.
public struct StepRecord: Codable, Sendable {
    /// Counted from 1.
    public let step: Int
    public let learningRate: Double
    /// Every loss, before its weight.
    public let losses: [String: Double]
    /// Their weighted sum.
    public let total: Double
    /// Length of the gradient before clipping.
    public let gradientNorm: Double

    enum CodingKeys: String, CodingKey {
        case step, losses, total
        case learningRate = "learning_rate"
        case gradientNorm = "gradient_norm"
    }
}
