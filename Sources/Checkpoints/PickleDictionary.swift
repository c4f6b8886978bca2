/// A dictionary of a pickle: in order of insertion, and a key set again keeps its place, as in Python.
struct PickleDictionary {
    /// The keys that find a value again. Others, such as tuples, only stand in the order.
    private enum Key: Hashable {
        case string(String)
        case integer(Int)
    }

    private(set) var keys: [PickleValue] = []
    private(set) var values: [PickleValue] = []
    private var places: [Key: Int] = [:]

    mutating func set(_ key: PickleValue, _ value: PickleValue) {
        let known: Key
        switch key {
        case .string(let text): known = .string(text)
        case .integer(let number): known = .integer(number)
        case .bool(let flag): known = .integer(flag ? 1 : 0)
        default:
            keys.append(key)
            values.append(value)
            return
        }
        if let place = places[known] {
            values[place] = value
        } else {
            places[known] = keys.count
            keys.append(key)
            values.append(value)
        }
    }

    /// The value of a string key.
    subscript(_ key: String) -> PickleValue? { places[.string(key)].map { values[$0] } }
}
