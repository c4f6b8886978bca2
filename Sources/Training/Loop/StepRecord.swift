/// The results of a training step.
public struct StepRecord: Codable, Sendable {
    /// Counted from 1.
    public let step: Int
    public let learningRate: Double
    /// Every loss by its name, before its weight.
    public let losses: [String: Double]
    /// The weighted sum of the learned network's losses.
    public let total: Double
    /// The length of the gradient before clipping.
    public let gradientNorm: Double

    enum CodingKeys: String, CodingKey {
        case step, losses, total
        case learningRate = "learning_rate"
        case gradientNorm = "gradient_norm"
    }
}
