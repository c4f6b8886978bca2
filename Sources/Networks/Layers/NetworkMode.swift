/// How layers run that keep statistics beside what they learn, such as the running mean and variance of a batch normalization.
public enum NetworkMode: Sendable {
    /// They use what they have kept, and change nothing.
    case rest
    /// They use the batch's own, and what they keep follows it. Work on one batch at a time: what is kept depends on the order.
    case training

    /// The mode in use, `rest` unless it is said: `NetworkMode.$current.withValue(.training) { … }`.
    @TaskLocal public static var current: NetworkMode = .rest
}
