/// The values that a setting may have, and how an error says so.
public struct AllowedValues<Value: SettingValue>: Sendable {
    /// "0 to 1000"; empty where every value is allowed.
    let text: String
    let contains: @Sendable (Value) -> Bool

    public static var any: AllowedValues { AllowedValues(text: "") { _ in true } }

    public static func matching(_ text: String, _ contains: @escaping @Sendable (Value) -> Bool) -> AllowedValues {
        AllowedValues(text: text, contains: contains)
    }
}

extension AllowedValues where Value: Comparable {
    public static func range(_ range: ClosedRange<Value>) -> AllowedValues {
        matching("\(range.lowerBound.json) to \(range.upperBound.json)") { range.contains($0) }
    }

    /// From the lower bound to below the upper one.
    public static func range(_ range: Range<Value>) -> AllowedValues {
        matching("\(range.lowerBound.json) to less than \(range.upperBound.json)") { range.contains($0) }
    }

    public static func atLeast(_ least: Value) -> AllowedValues { matching("at least \(least.json)") { $0 >= least } }

    public static func moreThan(_ limit: Value) -> AllowedValues { matching("more than \(limit.json)") { $0 > limit } }

    public static func moreThan(_ limit: Value, upTo most: Value) -> AllowedValues {
        matching("more than \(limit.json), at most \(most.json)") { $0 > limit && $0 <= most }
    }
}

extension AllowedValues<String> {
    public static func oneOf(_ names: [String]) -> AllowedValues {
        matching("one of \(names.joined(separator: ", "))") { names.contains($0) }
    }
}
