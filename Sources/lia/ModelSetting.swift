import ArgumentParser

/// A setting of a model as people write it, "align_corners=true".
struct ModelSetting {
    let name, value: String

    /// - Throws: `ValidationError` when it is no name, "=" and value.
    @Sendable init(_ text: String) throws {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
            throw ValidationError("It wants a name and a value, such as align_corners=true.")
        }
        (name, value) = (halves[0], halves[1])
    }
}
