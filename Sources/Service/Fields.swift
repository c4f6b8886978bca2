/// The parameters of a request, taken one by one; what nobody took is a mistake of the client.
final class Fields {
    private let values: [String: JSONValue]
    private var taken: Set<String> = []

    init(_ values: [String: JSONValue]) { self.values = values }

    /// nil where it is absent, or null.
    private func take(_ key: String) -> JSONValue? {
        taken.insert(key)
        return values[key].flatMap { $0 == .null ? nil : $0 }
    }

    func has(_ key: String) -> Bool { values[key].map { $0 != .null } ?? false }

    private func wrong(_ key: String, _ expected: String, _ found: JSONValue?) -> RequestError {
        RequestError("\(key): expected \(expected), found \(found?.shown ?? "nothing")")
    }

    func string(_ key: String) throws -> String? {
        switch take(key) {
        case nil: return nil
        case .string(let text)?: return text
        case let other: throw wrong(key, "a text", other)
        }
    }

    /// A file's path.
    ///
    /// - Throws: `RequestError` for a path that has a NUL, behind which nothing of it would count.
    func path(_ key: String) throws -> String? {
        let text = try string(key)
        if text?.utf8.contains(0) == true { throw RequestError("\(key): expected a path, found one with a NUL in it") }
        return text
    }

    func string(required key: String) throws -> String {
        guard let text = try string(key) else { throw wrong(key, "a text", nil) }
        return text
    }

    func bool(_ key: String) throws -> Bool? {
        switch take(key) {
        case nil: return nil
        case .bool(let value)?: return value
        case let other: throw wrong(key, "true or false", other)
        }
    }

    /// - Throws: `RequestError` for a number that is not in the range, or not finite.
    func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        let expected = "a number from \(JSONValue.text(range.lowerBound)) to \(JSONValue.text(range.upperBound))"
        switch take(key) {
        case nil: return nil
        case .number(let value)? where range.contains(value): return value
        case let other: throw wrong(key, expected, other)
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        let found = take(key)
        switch found {
        case nil: return nil
        case .number(let value)?:
            if let whole = Int(exactly: value), range.contains(whole) { return whole }
            fallthrough
        default: throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", found)
        }
    }

    func integer(required key: String, in range: ClosedRange<Int>) throws -> Int {
        guard let value = try integer(key, in: range) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", nil)
        }
        return value
    }

    /// A text that a type reads.
    ///
    /// - Parameter expected: what it reads, for the message.
    func choice<Value>(_ key: String, expected: String, _ read: (String) -> Value?) throws -> Value? {
        let found = take(key)
        switch found {
        case nil: return nil
        case .string(let text)?:
            if let value = read(text) { return value }
            fallthrough
        default: throw wrong(key, expected, found)
        }
    }

    /// Finite numbers.
    func numbers(_ key: String, count: ClosedRange<Int>) throws -> [Float] {
        let found = take(key), expected = "a list of \(count.lowerBound) to \(count.upperBound) numbers"
        guard case .array(let list)? = found, count.contains(list.count) else { throw wrong(key, expected, found) }
        return try list.map { value in
            guard case .number(let number) = value, Float(number).isFinite else { throw wrong(key, expected + ", each finite", value) }
            return Float(number)
        }
    }

    /// An edit as the command line writes it, "turn=3,jaw=5"; also given as an object, {"turn": 3}.
    func edit(_ key: String) throws -> String? {
        let found = take(key)
        switch found {
        case nil: return nil
        case .string(let text)?: return text.isEmpty ? nil : text
        case .object(let amounts)?:
            let parts = try amounts.sorted { $0.key < $1.key }.map { name, amount in
                guard case .number(let value) = amount else { throw wrong("\(key).\(name)", "a number", amount) }
                return "\(name)=\(value)"
            }
            return parts.isEmpty ? nil : parts.joined(separator: ",")
        default: throw wrong(key, "an object such as {\"turn\": 3}, or a text such as \"turn=3\"", found)
        }
    }

    /// Directions as the command line writes them, "1,4-8,nod"; also given as a list.
    func directions(_ key: String) throws -> String? {
        let found = take(key)
        switch found {
        case nil: return nil
        case .string(let text)?: return text
        case .number(let value)?: return JSONValue.text(value)
        case .array(let list)?:
            return try list.map { value in
                switch value {
                case .string(let name): return name
                case .number(let number): return JSONValue.text(number)
                default: throw wrong(key, "names and numbers of directions", value)
                }
            }.joined(separator: ",")
        default: throw wrong(key, "a list of directions", found)
        }
    }

    /// - Throws: `RequestError` for a parameter that nobody took.
    func finish(_ method: String) throws {
        guard let unknown = values.keys.filter({ !taken.contains($0) }).min() else { return }
        throw RequestError(
            "\(unknown): no such parameter of \(method), which takes \(taken.isEmpty ? "none" : taken.sorted().joined(separator: ", "))")
    }
}
