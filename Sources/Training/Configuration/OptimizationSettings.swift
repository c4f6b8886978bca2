/// The settings of Adam, of its learning rate and of the moving average.
public struct OptimizationSettings: SettingTable {
    public static let table = OptimizationSettings()

    public let accumulation = Setting(
        "accumulation", 1, .range(1...1024), "Batches whose gradients are averaged before the weights change.")
    public let learningRate = Setting(
        "learning_rate", 0.002, .moreThan(0, upTo: 1), "The highest learning rate, reached after the warm-up.")
    public let warmupSteps = Setting("warmup_steps", 200, .atLeast(0), "Steps in which the learning rate rises from 0.")
    public let finalLearningRate = Setting(
        "final_learning_rate", 0.0001, .range(0...1), "What the learning rate falls to along a cosine; at most learning_rate.")
    public let discriminatorRate = Setting(
        "discriminator_rate", 1.0, .moreThan(0, upTo: 1000),
        "The discriminators' learning rate, as a multiple of the network's: begun beside a trained network, they have more to learn.")
    public let beta1 = Setting("beta1", 0.9, .range(0..<1), "The fraction of Adam's mean gradient that stays at each step.")
    public let beta2 = Setting("beta2", 0.99, .range(0..<1), "The fraction of Adam's mean squared gradient that stays at each step.")
    public let epsilon = Setting("epsilon", 1e-8, .moreThan(0), "Added to the denominator of Adam's step.")
    public let clipNorm = Setting("clip_norm", 5.0, .atLeast(0), "The longest gradient that is followed whole; 0 for no limit.")
    public let averageDecay = Setting(
        "average_decay", 0.999, .range(0..<1), "The fraction of the weights' moving average that stays at each step.")
    public let frozen = Setting(
        "frozen", "", .any, "Beginnings of the names of parameters that stay as they are, separated by commas; for fine-tuning.")
}
