import Files
import Tensors

/// An opened graph that TensorFlow froze (`output_graph.pb`): the names of its nodes, and its constants, the weights.
///
/// The file is mapped into memory, and everything that it states of itself is checked when it is opened; values are converted when they are
/// requested. It is a GraphDef message as TensorFlow publishes its schema. Nothing in it is ever run.
public final class FrozenGraph: @unchecked Sendable {
    /// A node: its name and the name of what it computes, "Const" or "MatMul".
    public struct Node: Equatable, Sendable {
        public let name: String
        public let operation: String
    }

    /// The path as the user gave it.
    public let path: String
    /// In the file's order.
    public let nodes: [Node]
    private let constants: [String: FrozenConstant]
    private let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    private static let mostNodes = 1 << 16, longestName = 4096

    /// Opens the file at `path`, whatever its extension.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is no such file, or is damaged.
    public static func open(_ path: String) throws -> FrozenGraph {
        let file = try MappedFile(path: path)
        return try FrozenGraph(bytes: file.bytes, owner: file, name: path)
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
            if let problem = Self.otherKind(bytes, name) { throw Malformed(problem) }
            (nodes, constants) = try Self.read(bytes)
        } catch let error as Malformed {
            throw FileError(.input, name, error.problem)
        }
    }

    /// What the file is instead of a frozen graph, and what to do; nil where nothing is known against it.
    private static func otherKind(_ bytes: UnsafeRawBufferPointer, _ name: String) -> String? {
        let wanted = "use the frozen graph, output_graph.pb"
        if bytes.count == 0 { return "is empty; copy it again" }
        if bytes.count >= 8, bytes[4..<8].elementsEqual("TFL3".utf8) { return "is a TensorFlow Lite file (.tflite); \(wanted)" }
        if isMemoryMapped(bytes) || name.lowercased().hasSuffix(".pbmm") {
            return "is a graph for memory mapping (.pbmm), which is of a later DeepSpeech than 0.1; \(wanted)"
        }
        return ForeignContent.problem(bytes)
    }

    /// Whether the file is what TensorFlow's convert_graphdef_memmapped_format writes: its last 8 bytes say where a directory begins that
    /// names the parts.
    private static func isMemoryMapped(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 32 else { return false }
        let start = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self).littleEndian
        guard start < UInt64(bytes.count - 8) else { return false }
        let beginning = bytes[Int(start)..<min(bytes.count - 8, Int(start) + 64)]
        return String(decoding: beginning, as: UTF8.self).contains("memmapped_package")
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws -> ([Node], [String: FrozenConstant]) {
        var nodes: [Node] = [], constants: [String: FrozenConstant] = [:], isFirst = true
        var message = WireMessage(bytes)
        do {
            while let (field, value) = try message.next() {
                guard case .bytes(let range) = value, field == 1 else {
                    // A graph begins with its nodes.
                    if isFirst { throw Malformed("") }
                    continue
                }
                let (node, constant) = try self.node(bytes, range)
                if isFirst, node.operation.isEmpty || node.name.isEmpty { throw Malformed("") }
                isFirst = false
                nodes.append(node)
                guard nodes.count <= mostNodes else { throw Malformed("has more than \(mostNodes) nodes; is it the right file?") }
                guard let constant else { continue }
                guard constants.updateValue(constant, forKey: node.name) == nil else {
                    throw Malformed("has two constants \(Malformed.quoted(node.name)); the file is damaged")
                }
            }
        } catch is Malformed where isFirst {
            throw Malformed("is no frozen TensorFlow graph, or its beginning is damaged; expected output_graph.pb")
        }
        return (nodes, constants)
    }

    private static func node(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> (Node, FrozenConstant?) {
        var message = WireMessage(bytes, in: range), name = "", operation = "", value: Range<Int>?
        while let (field, content) = try message.next() {
            guard case .bytes(let part) = content else { continue }
            switch field {
            case 1: name = try text(bytes, part)
            case 2: operation = try text(bytes, part)
            case 5: value = try constantValue(bytes, part) ?? value
            default: break
            }
        }
        let constant = operation == "Const" ? try value.flatMap { try FrozenConstant(bytes, $0, name: name) } : nil
        return (Node(name: name, operation: operation), constant)
    }

    /// Where the tensor of an attribute "value" lies; nil for another attribute.
    private static func constantValue(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Range<Int>? {
        var entry = WireMessage(bytes, in: range), key = "", attribute: Range<Int>?
        while let (field, content) = try entry.next() {
            guard case .bytes(let part) = content else { continue }
            if field == 1 { key = try text(bytes, part) } else if field == 2 { attribute = part }
        }
        guard key == "value", let attribute else { return nil }
        var message = WireMessage(bytes, in: attribute), tensor: Range<Int>?
        while let (field, content) = try message.next() { if field == 8, case .bytes(let part) = content { tensor = part } }
        return tensor
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> String {
        guard range.count <= longestName else {
            throw Malformed("has a name of \(range.count) bytes; at most \(longestName) are expected")
        }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// The extents of a constant of floating-point numbers; nil when there is none of the name.
    public func shape(_ name: String) -> [Int]? { constants[name]?.shape }

    /// A constant as float32, copied.
    ///
    /// - Parameter rows: steps along its first axis; nil for all.
    /// - Throws: `FileError` (input) when there is no such constant.
    public func tensor(_ name: String, rows: Range<Int>? = nil) throws -> Tensor {
        guard let constant = constants[name] else {
            throw FileError(.input, path, "holds no constant \(Malformed.quoted(name)); is it the graph of another network?")
        }
        defer { withExtendedLifetime(owner) {} }
        let result = constant.read(bytes, rows: rows)
        // The copy is used from now on.
        if let range = constant.content { (owner as? ReclaimableMemory)?.release(UnsafeRawBufferPointer(rebasing: bytes[range])) }
        return result
    }
}
