/// By how much relative transfer enlarges changes along a direction of LIA's. Not in the paper.
public struct DirectionGain: Equatable, Sendable {
    /// What changes are multiplied by; 1 leaves them as they are read.
    public let factor: Float
    /// The changes that enlarging does not go past, such as an eye that is shut; nil for no limit.
    public let limits: ClosedRange<Float>?

    public static let none = DirectionGain(1)

    public init(_ factor: Float, limits: ClosedRange<Float>? = nil) { (self.factor, self.limits) = (factor, limits) }

    /// A change, enlarged; one that is past the limits as it is read stays so.
    func callAsFunction(_ change: Float) -> Float {
        guard let limits else { return factor * change }
        return min(max(factor * change, min(limits.lowerBound, change)), max(limits.upperBound, change))
    }
}
