import Networks
import Tensors

/// How well mouths are painted that nothing was learned from: those of films that are held out, and of drawn people. Beside it, what showing
/// a reference's mouth would give.
public struct DINetValidation: ValidationMeasures {
    /// nil where there are none.
    public let films, drawn: Validation?

    public var isFinite: Bool { [films, drawn].allSatisfy { $0?.isFinite ?? true } }

    public var summary: String {
        [films.map { "films: \($0.summary)" }, drawn.map { "drawn: \($0.summary)" }].compactMap { $0 }.joined(separator: "; ")
    }
}
