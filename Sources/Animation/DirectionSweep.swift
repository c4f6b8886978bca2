import Media
import Tensors

/// What a sweep along one direction gave.
public struct DirectionSweep: Sendable {
    /// 1…M.
    public let number: Int
    /// The values of α, increasing.
    public let amounts: [Float]
    /// One for each α, of the network's size.
    public let pictures: [Picture]
    /// (1, 2, size, size): where things go from the base to the last α, x before y, in units of half the picture; nil where the network
    /// shows no flow.
    public let movement: Tensor?
    public let statistics: SweepStatistics
}
