/// A piece of an evaluation that depends on no other: a clip, or a pair of them.
protocol EvaluationUnit: Sendable {
    /// What reports call it.
    var name: String { get }

    /// What tells it from all others of its task; nil where that is not known, so that its results cannot be cached.
    ///
    /// - Throws: `FileError` (input) when a file cannot be read.
    func digest() throws -> String?

    /// Measures some models on the same frames.
    ///
    /// - Parameters:
    ///   - withBaselines: whether baselines that no model takes part in, and the features of true pictures, are requested too.
    ///   - progress: told how many frames are done, and of how many where that is known.
    /// - Returns: a result for each model, then that of the baselines where requested.
    /// - Throws: `FileError` (input) when a clip cannot be read.
    func measure(
        _ models: [EvaluatedModel], withBaselines: Bool, _ settings: EvaluationSettings,
        progress: (_ done: Int, _ total: Int?) -> Void
    ) throws -> [ClipResult]
}

extension EvaluationUnit {
    /// The results of a clip that cannot be measured.
    func passedOver(_ reason: String, _ models: [EvaluatedModel], withBaselines: Bool) -> [ClipResult] {
        let result = ClipResult(note: "\(name): passed over, because \(reason)")
        return Array(repeating: result, count: models.count + (withBaselines ? 1 : 0))
    }
}
