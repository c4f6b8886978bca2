/// Training stopped because a value was no longer a number, or because the weights no longer make a network.
public struct Divergence: Error, CustomStringConvertible {
    public let step: Int
    public let what: String

    /// - Parameter what: "the loss is not finite".
    init(step: Int, what: String) { (self.step, self.what) = (step, what) }

    public var description: String {
        "step \(step): \(what); resume from the last checkpoint with a lower learning_rate or clip_norm"
    }
}
