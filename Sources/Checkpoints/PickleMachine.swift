/// Reads a Python pickle (protocols 2 to 5) as far as checkpoints need it: a stack machine that builds numbers, text,
/// containers and descriptions of tensors, and skips or refuses everything else by name. It runs nothing, follows no reference
/// by recursion, and its memory is limited by the constants below.
struct PickleMachine {
    /// One storage that the pickle refers to.
    struct Storage {
        let key: String
        let scalarType: ScalarType
        /// The values of the whole storage.
        let count: Int
        /// The part that is seen through this reference, in values; the whole but for files of PyTorch before 0.4.
        let view: Range<Int>
    }

    /// One tensor: a view of a storage.
    struct TensorView {
        /// Its place in `storages`.
        let storage: Int
        /// In values, as are the strides.
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    /// What a class that is not known here would have made: never built, only known by name.
    struct Object {
        /// The class's name.
        let name: String
        /// Its place in `dictionaries`: what was set in it, where it is a dictionary of some kind.
        let items: Int
    }

    /// Where bytes are.
    enum Bytes {
        /// In the pickle.
        case stored(Range<Int>)
        /// The scalars of a text, each up to 255.
        case text(String)
    }

    /// The type of a NumPy array's values.
    struct ArrayType {
        /// "f4".
        let name: String
        /// "<", once the pickle has said it.
        var order: String?
    }

    /// A NumPy array; without a state it is empty.
    struct NumberArray {
        var shape: [Int] = []
        /// Its place in `arrayTypes`.
        var type: Int?
        var bytes = Bytes.stored(0..<0)
        /// Whether the first axis changes fastest, and not the last.
        var isColumns = false
    }

    /// Values on the stack, in the memo, and containers, each.
    static let largestCount = 4_000_000
    /// Elements of all containers together.
    static let largestElements = 16_000_000
    /// Bytes of one string.
    static let longestString = 1 << 24

    private(set) var tuples: [[PickleValue]] = []
    private(set) var lists: [[PickleValue]] = []
    private(set) var dictionaries: [PickleDictionary] = []
    private(set) var storages: [Storage] = []
    private(set) var tensors: [TensorView] = []
    private(set) var objects: [Object] = []
    private(set) var arrayTypes: [ArrayType] = []
    private(set) var arrays: [NumberArray] = []
    /// Whether the pickle is one of plain values and NumPy arrays, and any other class in it is refused.
    private let readsArrays: Bool

    private var cursor: ByteCursor
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var elements = 0

    /// - Parameters:
    ///   - start: where the pickle begins in `bytes`.
    ///   - readsArrays: whether it holds NumPy arrays in the place of tensors.
    init(_ bytes: UnsafeRawBufferPointer, at start: Int = 0, readsArrays: Bool = false) {
        cursor = ByteCursor(bytes, at: start)
        self.readsArrays = readsArrays
    }

    /// The byte after the pickle, once it has run.
    var end: Int { cursor.position }

    /// Reads to the pickle's end and returns the value that it leaves.
    ///
    /// - Throws: `Malformed` when it is damaged, too large, or names what is refused.
    mutating func run() throws -> PickleValue {
        while true {
            let code = try cursor.integer(UInt8.self)
            if code == UInt8(ascii: ".") {
                memo = [:]
                return try pop()
            }
            try step(code)
            guard stack.count <= Self.largestCount, memo.count <= Self.largestCount, marks.count <= Self.largestCount,
                tuples.count + lists.count + dictionaries.count + storages.count + tensors.count + arrays.count + arrayTypes.count
                    <= Self.largestCount,
                elements <= Self.largestElements
            else { throw Malformed("has a pickle of more values than a checkpoint needs") }
        }
    }

    private mutating func step(_ code: UInt8) throws {
        switch code {
        case 0x80:  // PROTO
            let version = try cursor.integer(UInt8.self)
            guard (2...5).contains(version) else { throw Malformed("has a pickle of the unknown protocol \(version)") }
        case 0x95: _ = try cursor.integer(UInt64.self)  // FRAME

        // Constants.
        case UInt8(ascii: "N"): push(.none)
        case 0x88: push(.bool(true))
        case 0x89: push(.bool(false))
        case UInt8(ascii: "J"): push(.integer(Int(try cursor.integer(Int32.self))))
        case UInt8(ascii: "K"): push(.integer(Int(try cursor.integer(UInt8.self))))
        case UInt8(ascii: "M"): push(.integer(Int(try cursor.integer(UInt16.self))))
        case 0x8a: try pushLong(Int(try cursor.integer(UInt8.self)))
        case 0x8b: try pushLong(Int(try cursor.integer(Int32.self)))
        case UInt8(ascii: "G"):
            push(.number(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))  // stored big-endian
        case UInt8(ascii: "X"): try pushString(Int(try cursor.integer(UInt32.self)))
        case 0x8c: try pushString(Int(try cursor.integer(UInt8.self)))
        case 0x8d: try pushString(try cursor.count64())
        case UInt8(ascii: "T"): try pushString(Int(try cursor.integer(Int32.self)))  // of Python 2
        case UInt8(ascii: "U"): try pushString(Int(try cursor.integer(UInt8.self)))
        case UInt8(ascii: "B"): try pushBytes(Int(try cursor.integer(UInt32.self)))
        case UInt8(ascii: "C"): try pushBytes(Int(try cursor.integer(UInt8.self)))
        case 0x8e, 0x96: try pushBytes(try cursor.count64())

        // The stack and the memo.
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"):
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): push(try top())
        case UInt8(ascii: "q"): memo[Int(try cursor.integer(UInt8.self))] = try top()
        case UInt8(ascii: "r"): memo[Int(try cursor.integer(UInt32.self))] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "h"): try pushMemo(Int(try cursor.integer(UInt8.self)))
        case UInt8(ascii: "j"): try pushMemo(Int(try cursor.integer(UInt32.self)))

        // Containers.
        case UInt8(ascii: ")"): push(tuple([]))
        case 0x85: try pushTuple(1)
        case 0x86: try pushTuple(2)
        case 0x87: try pushTuple(3)
        case UInt8(ascii: "t"): push(tuple(try popToMark()))
        case UInt8(ascii: "]"): pushList([])
        case UInt8(ascii: "l"): pushList(try popToMark())
        case UInt8(ascii: "a"):
            let value = try pop()
            try append([value])
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "}"): pushDictionary()
        case UInt8(ascii: "d"):
            let items = try popToMark()
            pushDictionary()
            try setItems(items)
        case UInt8(ascii: "s"):
            let value = try pop()
            let key = try pop()
            try setItems([key, value])
        case UInt8(ascii: "u"): try setItems(try popToMark())
        case 0x8f: push(.opaque)  // EMPTY_SET
        case 0x90:  // ADDITEMS
            _ = try popToMark()
            switch try top() {
            case .opaque, .object: break
            default: throw unexpected(try top(), "a set to add items to")
            }
        case 0x91:  // FROZENSET
            _ = try popToMark()
            push(.opaque)

        // Classes and functions.
        case UInt8(ascii: "c"):
            let module = try cursor.line()
            push(.global(try global(module, try cursor.line())))
        case 0x93:  // STACK_GLOBAL
            let name = try pop()
            let module = try pop()
            guard case .string(let module) = module, case .string(let name) = name else {
                throw Malformed("has a damaged pickle: a class without a name")
            }
            push(.global(try global(module, name)))
        case UInt8(ascii: "i"):  // INST: a class by name, and makes one of it
            let module = try cursor.line()
            throw PickleGlobal.refusal(module, try cursor.line())
        case UInt8(ascii: "R"): try reduce()
        case 0x81:  // NEWOBJ: like REDUCE for a class
            try reduce()
        case 0x92:  // NEWOBJ_EX: the same, with arguments by name, which nothing that is built here has
            let named = try pop()
            guard case .dictionary = named else { throw unexpected(named, "a dictionary of arguments") }
            try reduce()
        case UInt8(ascii: "b"):  // BUILD: attributes, such as a state_dict's _metadata
            let state = try pop()
            switch try top() {
            case .dictionary, .tensor, .opaque, .object: break
            case .arrayType(let place): arrayTypes[place].order = try order(state)
            case .array(let place): arrays[place] = try array(state)
            default: throw unexpected(try top(), "a dictionary or tensor to give attributes to")
            }
        case UInt8(ascii: "Q"): try pushStorage()

        default:
            throw Malformed(
                "has pickle code \(code) at byte \(cursor.position - 1), which no checkpoint uses; nothing was run")
        }
    }

    // MARK: The stack

    private mutating func push(_ value: PickleValue) { stack.append(value) }

    private func top() throws -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else {
            throw Malformed("has a damaged pickle: a value is missing")
        }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast() else { throw Malformed("has a damaged pickle: a mark is missing") }
        defer { stack.removeSubrange(mark...) }
        return [PickleValue](stack[mark...])
    }

    private func unexpected(_ value: PickleValue, _ expected: String) -> Malformed {
        Malformed("has a damaged pickle: expected \(expected) before byte \(cursor.position), found \(value.kind)")
    }

    // MARK: Constants

    private mutating func pushLong(_ count: Int) throws {
        guard (0...1024).contains(count) else { throw Malformed("has a whole number of \(count) bytes in its pickle") }
        let bytes = try cursor.take(count)
        guard count <= 8 else { return push(.largeInteger([UInt8](bytes))) }
        var value: UInt64 = bytes.last.map { $0 & 0x80 != 0 } == true ? .max : 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        push(.integer(Int(truncatingIfNeeded: value)))
    }

    private mutating func pushString(_ count: Int) throws {
        guard count <= Self.longestString else { throw Malformed("has a string of \(count) bytes in its pickle") }
        push(.string(String(decoding: try cursor.take(count), as: UTF8.self)))
    }

    private mutating func pushBytes(_ count: Int) throws {
        let start = cursor.position
        _ = try cursor.take(count)
        push(readsArrays ? .bytes(.stored(start..<start + count)) : .opaque)
    }

    private mutating func pushMemo(_ index: Int) throws {
        guard let value = memo[index] else {
            throw Malformed("has a damaged pickle: it refers to value \(index), which it has not made")
        }
        push(value)
    }

    // MARK: Containers

    private mutating func tuple(_ values: [PickleValue]) -> PickleValue {
        tuples.append(values)
        elements += values.count
        return .tuple(tuples.count - 1)
    }

    private mutating func pushTuple(_ count: Int) throws {
        var values: [PickleValue] = []
        for _ in 0..<count { values.append(try pop()) }
        push(tuple(values.reversed()))
    }

    private mutating func pushList(_ values: [PickleValue]) {
        lists.append(values)
        elements += values.count
        push(.list(lists.count - 1))
    }

    private mutating func append(_ values: [PickleValue]) throws {
        // A list of some other class is skipped with what it holds.
        if case .object = try top() { return }
        guard case .list(let place) = try top() else { throw unexpected(try top(), "a list to append to") }
        lists[place] += values
        elements += values.count
    }

    private mutating func pushDictionary() {
        dictionaries.append(PickleDictionary())
        push(.dictionary(dictionaries.count - 1))
    }

    /// - Parameter items: keys and values by turns.
    private mutating func setItems(_ items: [PickleValue]) throws {
        let place: Int
        switch try top() {
        case .dictionary(let own): place = own
        case .object(let object): place = objects[object].items
        default: throw unexpected(try top(), "a dictionary to set items of")
        }
        guard items.count % 2 == 0 else { throw Malformed("has a damaged pickle: a key without a value") }
        for index in stride(from: 0, to: items.count, by: 2) { dictionaries[place].set(items[index], items[index + 1]) }
        elements += items.count
    }

    // MARK: What may be called

    private mutating func reduce() throws {
        let arguments = try pop()
        let function = try pop()
        guard case .tuple(let place) = arguments else { throw unexpected(arguments, "a tuple of arguments") }
        // What a skipped object would make is skipped as well.
        if case .object(let object) = function { return pushObject(objects[object].name) }
        guard case .global(let global) = function else { throw unexpected(function, "a class or function") }
        let values = tuples[place]
        switch global {
        case .orderedDictionary:
            pushDictionary()
            guard let pairs = values.first else { return }
            // Python 2 gave the items as a list of pairs.
            guard values.count == 1, case .list(let place) = pairs else { throw unexpected(pairs, "a list of pairs") }
            for pair in lists[place] {
                let pair = try sequence(pair)
                guard pair.count == 2 else {
                    throw Malformed("has a damaged pickle: a dictionary item that is no pair")
                }
                try setItems(pair)
                guard elements <= Self.largestElements else { return }
            }
        case .rebuildTensor: push(try rebuildTensor(values))
        case .rebuildParameter:
            guard let tensor = values.first, case .tensor = tensor else {
                throw unexpected(values.first ?? .none, "a parameter's tensor")
            }
            push(tensor)
        case .size:
            guard values.count == 1, case .tuple = values[0] else { throw unexpected(arguments, "a size's tuple") }
            push(values[0])
        case .device: push(.opaque)
        case .defaultDictionary: pushDictionary()
        case .other(let name): pushObject(name)
        case .reconstructArray:
            guard values.count == 3, case .global(.arrayClass) = values[0] else { throw unexpected(arguments, "an array's class") }
            arrays.append(NumberArray())
            push(.array(arrays.count - 1))
        case .arrayFromBuffer:
            guard values.count == 4, case .bytes(let bytes) = values[0], case .arrayType(let type) = values[1],
                case .string(let order) = values[3]
            else { throw unexpected(arguments, "an array's bytes, type, shape and order") }
            arrays.append(NumberArray(shape: try integers(values[2]), type: type, bytes: bytes, isColumns: order == "F"))
            push(.array(arrays.count - 1))
        case .arrayScalar:
            guard values.count == 2, case .arrayType(let type) = values[0], case .bytes(let bytes) = values[1] else {
                throw unexpected(arguments, "a number's type and bytes")
            }
            arrays.append(NumberArray(type: type, bytes: bytes))
            push(.array(arrays.count - 1))
        case .encode:
            guard values.count == 2, case .string(let text) = values[0], case .string("latin1") = values[1] else {
                throw unexpected(arguments, "a text of bytes")
            }
            push(.bytes(.text(text)))
        case .arrayType:
            guard case .string(let name)? = values.first else { throw unexpected(values.first ?? .none, "the name of a type of values") }
            arrayTypes.append(ArrayType(name: name))
            push(.arrayType(arrayTypes.count - 1))
        case .arrayClass: throw Malformed("calls an array's class in its pickle, which no such file does; nothing was run")
        case .constant, .storage:
            throw Malformed("calls a type of values in its pickle, where a tensor is expected; nothing was run")
        }
    }

    private func global(_ module: String, _ name: String) throws -> PickleGlobal {
        readsArrays ? try PickleGlobal(ofArrays: module, name: name) : try PickleGlobal(module: module, name: name)
    }

    /// The byte order in the state of a type of values: (version, order, …).
    private func order(_ state: PickleValue) throws -> String {
        guard case .tuple(let place) = state, tuples[place].count >= 2, case .string(let order) = tuples[place][1] else {
            throw unexpected(state, "the state of a type of values")
        }
        return order
    }

    /// The state of an array: (version, shape, type, whether columns come first, bytes).
    private func array(_ state: PickleValue) throws -> NumberArray {
        guard case .tuple(let place) = state, case let parts = tuples[place], parts.count == 5, case .arrayType(let type) = parts[2],
            case .bool(let isColumns) = parts[3], case .bytes(let bytes) = parts[4]
        else { throw unexpected(state, "the state of an array of numbers") }
        return NumberArray(shape: try integers(parts[1]), type: type, bytes: bytes, isColumns: isColumns)
    }

    private mutating func pushObject(_ name: String) {
        dictionaries.append(PickleDictionary())
        objects.append(Object(name: name, items: dictionaries.count - 1))
        push(.object(objects.count - 1))
    }

    private mutating func rebuildTensor(_ arguments: [PickleValue]) throws -> PickleValue {
        guard arguments.count >= 4 else {
            throw Malformed("has a damaged pickle: a tensor of \(arguments.count) arguments")
        }
        guard case .storage(let storage) = arguments[0] else { throw unexpected(arguments[0], "a tensor's storage") }
        guard case .integer(let offset) = arguments[1] else { throw unexpected(arguments[1], "a tensor's offset") }
        let shape = try integers(arguments[2])
        let strides = try integers(arguments[3])
        tensors.append(TensorView(storage: storage, offset: offset, shape: shape, strides: strides))
        elements += shape.count + strides.count
        return .tensor(tensors.count - 1)
    }

    private func sequence(_ value: PickleValue) throws -> [PickleValue] {
        switch value {
        case .tuple(let place): return tuples[place]
        case .list(let place): return lists[place]
        default: throw unexpected(value, "a tuple or list")
        }
    }

    private func integers(_ value: PickleValue) throws -> [Int] {
        let values = try sequence(value)
        guard values.count <= StoredTensor.largestRank else {
            throw Malformed("has a tensor of \(values.count) axes; at most \(StoredTensor.largestRank) are expected")
        }
        return try values.map {
            guard case .integer(let number) = $0 else { throw unexpected($0, "a tensor's size or stride") }
            return number
        }
    }

    /// BINPERSID: ('storage', class, key, location, count), in the older stream format with a sixth, a view's description.
    private mutating func pushStorage() throws {
        let identifier = try pop()
        guard case .tuple(let place) = identifier, case let parts = tuples[place], (5...6).contains(parts.count),
            case .string("storage") = parts[0], case .global(.storage(let type)) = parts[1],
            case .string(let key) = parts[2],
            case .integer(let count) = parts[4], count >= 0
        else {
            throw Malformed("refers to something other than a storage of numbers outside its pickle; nothing was run")
        }
        var view = 0..<count
        if parts.count == 6, case .tuple(let place) = parts[5] {
            guard tuples[place].count == 3, case .integer(let offset) = tuples[place][1],
                case .integer(let length) = tuples[place][2], offset >= 0, length >= 0, offset <= count,
                length <= count - offset
            else { throw Malformed("has a view of storage \(Malformed.quoted(key)) that lies outside it") }
            view = offset..<offset + length
        }
        storages.append(Storage(key: key, scalarType: type, count: count, view: view))
        push(.storage(storages.count - 1))
    }
}
