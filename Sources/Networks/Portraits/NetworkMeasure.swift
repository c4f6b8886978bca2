/// One thing that tells a network from others of its family, such as the width of its code: a key of model.json and a line of
/// `lia inspect`.
public struct NetworkMeasure: Equatable, Sendable {
    public enum Value: Equatable, Sendable {
        case number(Int)
        case decimal(Double)
        case text(String)
        case flag(Bool)
    }

    /// The key in JSON: "channels".
    public let name: String
    public let value: Value
    /// What `lia inspect` prints; nil where there is nothing worth a line.
    public let text: String?

    public init(_ name: String, _ value: Value, text: String?) { (self.name, self.value, self.text) = (name, value, text) }

    public init(_ name: String, _ value: Int) { self.init(name, .number(value), text: String(value)) }

    public init(_ name: String, _ value: String) { self.init(name, .text(value), text: value) }
}

extension NetworkMeasure.Value: Codable {
    public init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let decimal = try? container.decode(Double.self) {
            self = .decimal(decimal)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let value): try container.encode(value)
        case .decimal(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        }
    }
}
