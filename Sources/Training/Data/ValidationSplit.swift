/// Which clips are held out of training, to measure on.
public enum ValidationSplit: Equatable, Sendable {
    /// This fraction of the clips, at least 0 and below 1, sampled with `seed`. All clips of an identity stay on one side, unless
    /// there is one identity only.
    case fraction(Double, seed: UInt64 = 0)
    /// The clips of these names; a name that no clip has is taken as an identity's, all of whose clips are held out.
    case names([String])
}
