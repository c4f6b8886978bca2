/// How driving motion becomes a portrait's.
public struct Transfer: Equatable, Sendable {
    public var mode: TransferMode
    /// Scales the motion that is added to the portrait's own; 1 leaves it as it is.
    public var strength: Float
    /// The controls, by number from 1, along which motion is transferred; along the others the portrait keeps its own. All where nil.
    public var controls: Set<Int>?

    public init(_ mode: TransferMode = .relative, strength: Float = 1, controls: Set<Int>? = nil) {
        (self.mode, self.strength, self.controls) = (mode, strength, controls)
    }
}
