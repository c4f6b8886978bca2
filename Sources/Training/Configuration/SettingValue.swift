/// A type that a setting's value may have.
public protocol SettingValue: Equatable, Sendable {
    /// The kind of value as an error names it: "a whole number".
    static var kind: String { get }

    /// nil where the JSON value is of another kind.
    init?(_ json: JSONValue)

    var json: JSONValue { get }
}

extension SettingValue {
    /// The value as errors and lists say it: 10 rather than 10.0.
    var settingText: String { json.description }
}

extension Bool: SettingValue {
    public static var kind: String { "true or false" }

    public init?(_ json: JSONValue) {
        guard case .boolean(let value) = json else { return nil }
        self = value
    }

    public var json: JSONValue { .boolean(self) }
}

extension Int: SettingValue {
    public static var kind: String { "a whole number" }

    public init?(_ json: JSONValue) {
        switch json {
        case .integer(let value): self = value
        case .number(let value):
            guard let whole = Int(exactly: value) else { return nil }
            self = whole
        default: return nil
        }
    }

    public var json: JSONValue { .integer(self) }
}

extension Double: SettingValue {
    public static var kind: String { "a number" }

    public init?(_ json: JSONValue) {
        switch json {
        case .integer(let value): self = Double(value)
        case .number(let value): self = value
        default: return nil
        }
    }

    public var json: JSONValue { .number(self) }

    var settingText: String { Int(exactly: self).map(String.init) ?? String(self) }
}

extension String: SettingValue {
    public static var kind: String { "text" }

    public init?(_ json: JSONValue) {
        guard case .text(let value) = json else { return nil }
        self = value
    }

    public var json: JSONValue { .text(self) }
}
