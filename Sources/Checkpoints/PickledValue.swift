import Files

/// What a pickle of plain values and NumPy arrays holds, such as a motion template: nothing in it is ever run.
public indirect enum PickledValue: Sendable {
    case none
    case number(Double)
    case text(String)
    /// A list or a tuple.
    case list([PickledValue])
    /// By the keys that are text, in no order.
    case dictionary([String: PickledValue])
    case array(shape: [Int], values: [Float])

    /// The number that it is, or that an array of one number holds.
    public var number: Double? {
        switch self {
        case .number(let number): return number
        case .array(_, let values) where values.count == 1: return Double(values[0])
        default: return nil
        }
    }

    /// The largest file, in bytes.
    private static let largestFile = 1 << 30
    /// How deep containers may be nested.
    private static let deepest = 16
    /// Values visited, counting shared ones as often as they occur, and eight numbers of an array as one.
    private static let largestVisits = 4_000_000

    /// Whether a file begins as a pickle of protocol 2 to 5 does. A file that cannot be read does not.
    public static func isPickle(_ path: String) -> Bool {
        // A short read is enough, and works for what is no regular file.
        guard let file = try? MappedFile(path: path) else { return false }
        defer { withExtendedLifetime(file) {} }
        return file.bytes.count > 2 && file.bytes[0] == 0x80 && (2...5).contains(file.bytes[1])
    }

    /// Reads a file.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is damaged, or names anything but numbers, text, containers and arrays of
    ///   float32, float64, int32 or int64.
    public init(path: String) throws {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        guard file.bytes.count <= Self.largestFile else {
            throw FileError(.input, path, "expected at most \(Self.largestFile) bytes, found \(file.bytes.count); is it the right file?")
        }
        do { self = try Self.read(file.bytes) } catch let error as Malformed { throw FileError(.input, path, error.problem) }
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws -> PickledValue {
        var machine = PickleMachine(bytes, readsArrays: true)
        let root = try machine.run()
        var reading = Reading(machine: machine, bytes: bytes)
        return try reading.value(root, depth: 0)
    }

    private struct Reading {
        let machine: PickleMachine
        let bytes: UnsafeRawBufferPointer
        var visits = 0

        mutating func value(_ value: PickleValue, depth: Int) throws -> PickledValue {
            visits += 1
            guard depth <= PickledValue.deepest, visits <= PickledValue.largestVisits else {
                throw Malformed("nests containers more than \(PickledValue.deepest) deep, or one contains itself")
            }
            switch value {
            case .none: return .none
            case .bool(let flag): return .number(flag ? 1 : 0)
            case .integer(let number): return .number(Double(number))
            case .number(let number): return .number(number)
            case .string(let text): return .text(text)
            case .tuple(let place): return .list(try machine.tuples[place].map { try self.value($0, depth: depth + 1) })
            case .list(let place): return .list(try machine.lists[place].map { try self.value($0, depth: depth + 1) })
            case .dictionary(let place):
                var result: [String: PickledValue] = [:]
                let dictionary = machine.dictionaries[place]
                for (key, value) in zip(dictionary.keys, dictionary.values) {
                    guard case .string(let name) = key else { continue }
                    result[name] = try self.value(value, depth: depth + 1)
                }
                return .dictionary(result)
            case .array(let place): return try array(machine.arrays[place])
            default: throw Malformed("holds \(value.kind), expected numbers, text, containers and arrays of numbers")
            }
        }

        /// Values of which the first axis changes fastest, with the last one fastest.
        private static func byRows(_ values: [Float], _ shape: [Int]) -> [Float] {
            var steps = [Int](), step = 1
            for side in shape {
                steps.append(step)
                step *= side
            }
            var place = [Int](repeating: 0, count: shape.count)
            return values.indices.map { _ in
                let value = values[zip(place, steps).reduce(0) { $0 + $1.0 * $1.1 }]
                for axis in shape.indices.reversed() {
                    place[axis] += 1
                    if place[axis] < shape[axis] { break }
                    place[axis] = 0
                }
                return value
            }
        }

        private mutating func array(_ array: PickleMachine.NumberArray) throws -> PickledValue {
            guard let place = array.type else { throw Malformed("has an array without values; the file is damaged") }
            let type = machine.arrayTypes[place]
            guard let read = Self.readers[type.name], type.order == "<" else {
                throw Malformed(
                    "has an array of type \(Malformed.quoted((type.order ?? "") + type.name)), expected '<f4', '<f8', '<i4' or '<i8'; save it "
                        + "as float32")
            }
            var count = 1
            for side in array.shape {
                let (product, overflows) = count.multipliedReportingOverflow(by: side)
                guard side >= 0, !overflows else { throw Malformed("has an array of the impossible shape \(array.shape)") }
                count = product
            }
            visits += count / 8
            let values: [Float]
            switch array.bytes {
            case .stored(let range):
                values = try Self.numbers(UnsafeRawBufferPointer(rebasing: bytes[range]), read, count, shape: array.shape)
            case .text(let text):
                let own = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
                values = try own.withUnsafeBytes { try Self.numbers($0, read, count, shape: array.shape) }
            }
            return .array(shape: array.shape, values: array.isColumns ? Self.byRows(values, array.shape) : values)
        }

        /// How values of a type are read: how many bytes each has, and its value by the place of its first one.
        private typealias Reader = (width: Int, value: (UnsafeRawBufferPointer, Int) -> Float)

        /// By NumPy's names of the types; little-endian.
        nonisolated(unsafe) private static let readers: [String: Reader] = [
            "f4": (4, { Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: UInt32.self))) }),
            "f8": (8, { Float(Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: UInt64.self)))) }),
            "i4": (4, { Float(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: Int32.self))) }),
            "i8": (8, { Float(Int64(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: Int64.self))) }),
        ]

        /// - Throws: `Malformed` where there are more or fewer than `count`.
        private static func numbers(_ bytes: UnsafeRawBufferPointer, _ read: Reader, _ count: Int, shape: [Int]) throws -> [Float] {
            guard bytes.count / read.width == count, bytes.count % read.width == 0 else {
                throw Malformed("has an array of shape \(shape) in \(bytes.count) bytes; the file is damaged")
            }
            return (0..<count).map { read.value(bytes, read.width * $0) }
        }
    }
}
