/// What a client calls a request, to know its answer by.
package enum RequestID: Codable, Equatable, Sendable {
    case number(Int)
    case string(String)

    /// The most characters that it may have.
    static let longest = 100

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else {
            let text = try value.decode(String.self)
            guard text.count <= Self.longest else {
                throw DecodingError.dataCorruptedError(in: value, debugDescription: "an id of \(text.count) characters")
            }
            self = .string(text)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .number(let number): try value.encode(number)
        case .string(let text): try value.encode(text)
        }
    }
}
