import Files
import Tensors

/// An opened TensorFlow Lite file (`.tflite`): the graph of a network, with its constants.
///
/// The file is mapped into memory, and everything that it states of itself is checked when it is opened. It is a FlatBuffer of the schema
/// that TensorFlow publishes; the kinds of operators, constants and options that are read are those of `GraphOperator` and `SparseRows`.
public final class GraphFile: @unchecked Sendable {
    /// The path as the user gave it.
    public let path: String
    public let tensors: [GraphTensor]
    /// In an order in which each can be computed.
    public let operators: [GraphOperator]
    /// The tensors that the graph is given and gives, by index.
    public let inputs, outputs: [Int]

    private let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    /// 64 MB: far more than a small network takes.
    static let largestFile = 64 << 20
    static let mostOperators = 4096
    private static let mostTensors = 16384
    /// Values of all constants together, and of all that is computed: 128 and 256 MB as float32.
    private static let mostConstants = 1 << 25, mostComputed = 1 << 26

    /// Opens the file at `path`, whatever its extension.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is no such file, is damaged, or holds what is not read here.
    public static func open(_ path: String) throws -> GraphFile {
        let file = try MappedFile(path: path)
        return try GraphFile(bytes: file.bytes, owner: file, name: path)
    }

    /// Opens a graph that lies in memory.
    ///
    /// - Parameters:
    ///   - bytes: the whole file; it stays unchanged while `owner` lives.
    ///   - name: what errors call it.
    /// - Throws: as `open`.
    public init(bytes: UnsafeRawBufferPointer, owner: AnyObject, name: String) throws {
        (path, self.bytes, self.owner) = (name, bytes, owner)
        do {
            guard bytes.count >= 8, bytes[4..<8].elementsEqual("TFL3".utf8) else {
                throw Malformed("is no TensorFlow Lite file, or its beginning is damaged")
            }
            guard bytes.count <= Self.largestFile else {
                throw Malformed("expected at most \(Self.largestFile >> 20) MB, found \(bytes.count >> 20); is it the right file?")
            }
            let model = try FlatTable(rootOf: bytes)
            let buffers = try model.tables(4, upTo: 1 << 16, "buffers").map { try Self.data(of: $0) }
            guard let graph = try model.tables(2, upTo: 64, "graphs").first else { throw Malformed("holds no graph") }
            let tensors = try Self.tensors(graph, buffers)
            self.tensors = tensors
            operators = try Self.operators(graph, model, tensors: tensors.count)
            inputs = try Self.indices(graph, 1, below: tensors.count)
            outputs = try Self.indices(graph, 2, below: tensors.count)
        } catch let error as Malformed {
            throw FileError(.input, name, error.problem)
        }
    }

    private static func data(of buffer: FlatTable) throws -> Range<Int>? {
        guard try buffer.number(1, UInt64.self) ?? 0 <= 1, try buffer.number(2, UInt64.self) ?? 0 <= 1 else {
            throw Malformed("keeps constants outside of its tables, which is not read here")
        }
        let data = try buffer.data(0)
        return data?.isEmpty == true ? nil : data
    }

    private static func tensors(_ graph: FlatTable, _ buffers: [Range<Int>?]) throws -> [GraphTensor] {
        var (constants, computed) = (0, 0)
        return try graph.tables(0, upTo: mostTensors, "tensors").enumerated().map { index, table in
            let name = try table.text(3, upTo: 4096), title = "tensor \(index) (\(Malformed.quoted(name)))"
            let shape = try table.numbers(0, Int32.self, upTo: 8, "axes of a tensor")
            let buffer = Int(try table.number(2, UInt32.self) ?? 0)
            guard buffer < buffers.count else { throw Malformed("\(title) is in buffer \(buffer) of \(buffers.count)") }
            let code = try table.number(1, Int8.self) ?? 0
            guard let type = scalarTypes[code] else { throw Malformed("\(title) has values of type \(code), which is not read here") }
            var count = 1
            for extent in shape {
                // No product can overflow: neither factor is larger than 2²⁶.
                guard extent > 0, extent <= mostComputed, count * extent <= mostComputed else {
                    throw Malformed("\(title) has the impossible shape \(shape)")
                }
                count *= extent
            }
            if buffers[buffer] != nil { constants += count } else { computed += count }
            guard constants <= mostConstants, computed <= mostComputed else {
                throw Malformed("\(title) is one too many: the tensors would take too much memory")
            }
            let rows = try table.table(6).flatMap { table in
                buffers[buffer] == nil ? nil : try SparseRows(table, shape: shape, title: title)
            }
            if let data = buffers[buffer] {
                let stored = rows?.columns.count ?? count
                guard data.count == stored * type.byteCount else {
                    throw Malformed("\(title) expected \(stored * type.byteCount) bytes, found \(data.count); the file is damaged")
                }
            }
            return GraphTensor(name: name, shape: shape, scalarType: type, bytes: buffers[buffer], sparseRows: rows)
        }
    }

    private static let scalarTypes: [Int8: ScalarType] = [0: .float32, 1: .float16, 2: .int32, 9: .int8]

    private static func operators(_ graph: FlatTable, _ model: FlatTable, tensors: Int) throws -> [GraphOperator] {
        let codes = try model.tables(1, upTo: 256, "kinds of operators").map { table in
            // Older files have the code in a byte; the greater of both counts.
            let code = max(Int(try table.number(0, Int8.self) ?? 0), Int(try table.number(3, Int32.self) ?? 0))
            return (code: code, name: try table.text(1, upTo: 256))
        }
        return try graph.tables(3, upTo: mostOperators, "operators").map { table in
            let index = Int(try table.number(0, UInt32.self) ?? 0)
            guard index < codes.count else { throw Malformed("has an operator of kind \(index) of \(codes.count)") }
            let inputs = try table.numbers(1, Int32.self, upTo: 64, "inputs of an operator")
            guard inputs.allSatisfy({ $0 >= -1 && $0 < tensors }) else {
                throw Malformed("has an operator that reads a tensor that does not exist")
            }
            return GraphOperator(
                kind: try GraphOperator.kind(code: codes[index].code, customName: codes[index].name, options: try table.table(4)),
                inputs: inputs.map { $0 < 0 ? nil : $0 }, outputs: try indices(table, 2, below: tensors))
        }
    }

    private static func indices(_ table: FlatTable, _ field: Int, below limit: Int) throws -> [Int] {
        let list = try table.numbers(field, Int32.self, upTo: 64, "outputs")
        guard list.allSatisfy({ (0..<limit).contains($0) }) else { throw Malformed("names a tensor that does not exist") }
        return list
    }

    /// The values of a constant in the file's order of axes, as float32, with its zeros; nil for what is computed.
    public func constant(_ index: Int) -> Tensor? {
        let tensor = tensors[index]
        guard let range = tensor.bytes, let start = bytes.baseAddress.map({ $0 + range.lowerBound }) else { return nil }
        defer { withExtendedLifetime(owner) {} }
        let (type, result) = (tensor.scalarType, Tensor(uninitialized: tensor.shape))
        guard let rows = tensor.sparseRows else {
            type.read(start, stride: type.byteCount, count: tensor.count, into: result.mutablePointer)
            return result
        }
        var stored = [Float](repeating: 0, count: rows.columns.count)
        stored.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            type.read(start, stride: type.byteCount, count: buffer.count, into: first)
        }
        result.mutablePointer.update(repeating: 0, count: result.count)
        let width = tensor.shape.last ?? 1
        for row in 0..<rows.segments.count - 1 {
            for place in rows.segments[row]..<rows.segments[row + 1] {
                result.mutablePointer[row * width + rows.columns[place]] = stored[place]
            }
        }
        return result
    }

    /// The values of a constant of whole numbers, such as sizes; nil for any other tensor.
    public func integers(_ index: Int) -> [Int]? {
        let tensor = tensors[index]
        guard tensor.scalarType == .int32, tensor.sparseRows == nil, let range = tensor.bytes else { return nil }
        defer { withExtendedLifetime(owner) {} }
        return (0..<tensor.count).map {
            Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound + 4 * $0, as: Int32.self)))
        }
    }
}
