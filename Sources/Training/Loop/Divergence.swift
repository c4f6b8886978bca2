/// Training stopped because a value was no longer a number.
public struct Divergence: Error, CustomStringConvertible {
    public let step: Int
    public let what: String

    public var description: String {
        "step \(step): \(what) is not finite; resume from the last checkpoint with a lower learning_rate or clip_norm"
    }
}
