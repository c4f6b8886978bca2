import Foundation

/// How well a SyncNet tells what belongs together, of what it has not learned from.
public struct SyncNetValidation: ValidationMeasures {
    /// Its mean score of mouths with their own sound, and with other sound.
    public let own, other: Double
    /// The fraction of pairs in which a mouth's own sound has the higher score; ½ is chance.
    public let accuracy: Double

    public var isFinite: Bool { own.isFinite && other.isFinite }

    public var summary: String {
        String(format: "scores %.3f in sync, %.3f out of it; told apart in %.1f %%", own, other, 100 * accuracy)
    }
}
