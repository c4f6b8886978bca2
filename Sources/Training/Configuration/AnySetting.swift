/// A setting whose type of value is not known.
protocol AnySetting: Sendable {
    var key: String { get }
    var formerKey: String? { get }
    var summary: String { get }
    var kind: String { get }
    var allowedText: String { get }
    var defaultJSON: JSONValue { get }

    /// The value in this setting's type: 10.0 where a file says 10; nil where it is of another kind.
    func normalized(_ json: JSONValue) -> JSONValue?

    func allows(_ json: JSONValue) -> Bool
}

extension Setting: AnySetting {
    var kind: String { Value.kind }
    var allowedText: String { allowed.text }
    var defaultJSON: JSONValue { defaultValue.json }

    func normalized(_ json: JSONValue) -> JSONValue? { Value(json)?.json }
    func allows(_ json: JSONValue) -> Bool { Value(json).map(allowed.contains) ?? false }
}
