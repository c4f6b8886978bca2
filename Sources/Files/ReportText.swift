import Foundation

/// Results as JSON for other programs. docs/json.md lists the keys.
public enum ReportText {
    /// The number that every report has under "schema". It grows when a key is renamed, removed or changes its meaning; new keys leave it.
    public static let schema = 1

    private struct Numbered<Value: Encodable>: Encodable {
        let value: Value

        private enum CodingKeys: String, CodingKey {
            case schema
        }

        func encode(to encoder: any Encoder) throws {
            try value.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(ReportText.schema, forKey: .schema)
        }
    }

    /// The text of a report: keys in snake case, in alphabetical order, and the schema's number among them; a line end at its end.
    ///
    /// - Parameters:
    ///   - report: encodes as an object.
    ///   - isOneLine: for reports of thousands of values.
    public static func json(_ report: some Encodable, isOneLine: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting =
            isOneLine ? [.sortedKeys, .withoutEscapingSlashes] : [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(Numbered(value: report))) + [0x0A]
    }
}
