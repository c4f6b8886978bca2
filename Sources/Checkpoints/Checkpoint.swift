import Files
import Tensors

/// An opened file of named tensors: safetensors, or what PyTorch's `torch.save` writes.
///
/// The file is mapped into memory and nothing in it is ever run: a PyTorch file's pickle is read by a machine that knows
/// tensors, numbers, text and containers, and skips or refuses everything else by name.
public final class Checkpoint: @unchecked Sendable {
    /// What the file is, found from its content.
    public enum Format: Sendable {
        case safetensors
        /// `torch.save` since PyTorch 1.6: a ZIP archive of a pickle and raw storages.
        case pyTorchZip
        /// `torch.save` before that: pickles and raw storages, one after another.
        case pyTorchLegacy
    }

    /// One tensor as the file states it.
    public struct Entry: Equatable, Sendable {
        /// Its name; in nested dictionaries, their keys joined with dots, as in `gen.enc.fc.0.weight`.
        public let name: String
        public let shape: [Int]
        /// How its values are stored.
        public let scalarType: ScalarType
        /// The bytes that its values take as stored.
        public let byteCount: Int
    }

    /// The path as the user gave it.
    public let path: String
    public let format: Format
    /// Every tensor, as the file lists them.
    public let entries: [Entry]
    /// What a safetensors file says of itself; empty in other formats.
    public let metadata: [String: String]

    private let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject
    private let stored: [StoredTensor]
    /// Where the tensor of a name stands in `stored`.
    private let places: [String: Int]
    /// Where the tensor of a name stands in `entries`.
    private let index: [String: Int]

    /// Opens the file at `path`, whatever its extension; only its headers are read.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is no checkpoint, is damaged, or holds what is refused.
    public static func open(_ path: String) throws -> Checkpoint {
        let file = try MappedFile(path: path)
        return try Checkpoint(bytes: file.bytes, owner: file, name: path)
    }

    /// Opens a checkpoint that lies in memory.
    ///
    /// - Parameters:
    ///   - bytes: the whole file; it stays unchanged while `owner` lives.
    ///   - name: what errors call it.
    /// - Throws: as `open`.
    public init(bytes: UnsafeRawBufferPointer, owner: AnyObject, name: String) throws {
        do {
            let format = try Self.recognize(bytes)
            switch format {
            case .safetensors: (stored, metadata) = try SafetensorsFile.read(bytes)
            case .pyTorchZip: (stored, metadata) = (try PyTorchZip.read(bytes), [:])
            case .pyTorchLegacy: (stored, metadata) = (try PyTorchLegacy.read(bytes), [:])
            }
            self.format = format
            var places: [String: Int] = [:]
            for (index, tensor) in stored.enumerated() where places.updateValue(index, forKey: tensor.name) != nil {
                throw Malformed("names two tensors \(Malformed.quoted(tensor.name)); save it again with distinct names")
            }
            (self.places, index) = (places, places)
        } catch let error as Malformed {
            throw FileError(.input, name, error.problem)
        }
        entries = stored.map {
            Entry(name: $0.name, shape: $0.shape, scalarType: $0.scalarType, byteCount: $0.byteCount)
        }
        path = name
        self.bytes = bytes
        self.owner = owner
    }

    /// The tensors whose names begin with `prefix`, called by the rest of their names.
    public func under(_ prefix: String) -> Checkpoint { Checkpoint(self, prefix: prefix) }

    private init(_ whole: Checkpoint, prefix: String) {
        (path, format, metadata, bytes, owner) = (whole.path, whole.format, whole.metadata, whole.bytes, whole.owner)
        stored = whole.stored
        var entries: [Entry] = [], places: [String: Int] = [:]
        for (index, entry) in whole.entries.enumerated() where entry.name.hasPrefix(prefix) {
            let name = String(entry.name.dropFirst(prefix.count))
            places[name] = whole.places[entry.name] ?? index
            entries.append(Entry(name: name, shape: entry.shape, scalarType: entry.scalarType, byteCount: entry.byteCount))
        }
        (self.entries, self.places) = (entries, places)
        index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// The tensor called `name`, as float32. Values stored as such are borrowed from the mapped file without a copy;
    /// others are converted (rounded to nearest where float32 is the smaller type; bools become 0 and 1).
    ///
    /// - Throws: `FileError` (input) when the file has no such tensor.
    public func tensor(_ name: String) throws -> Tensor {
        guard let place = places[name] else {
            throw FileError(
                .input, path,
                "holds no tensor \(Malformed.quoted(name)) among its \(entries.count); is it a checkpoint of another model?"
            )
        }
        return stored[place].read(from: bytes, owner: owner)
    }

    /// What the file says of the tensor called `name`; nil when it has none.
    public func entry(_ name: String) -> Entry? { index[name].map { entries[$0] } }

    private static func recognize(_ bytes: UnsafeRawBufferPointer) throws -> Format {
        guard bytes.count > 0 else { throw Malformed("is empty; copy it again") }
        if bytes.count > 8, bytes[8] == UInt8(ascii: "{"),
            bytes.loadUnaligned(as: UInt64.self).littleEndian <= SafetensorsFile.largestHeader
        {
            return .safetensors
        }
        if bytes.starts(with: [0x50, 0x4b, 3, 4]) { return .pyTorchZip }
        if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return .pyTorchLegacy }
        if let problem = ForeignContent.problem(bytes) { throw Malformed(problem) }
        throw Malformed("is neither safetensors nor a PyTorch checkpoint (.pt, .pth), or its beginning is damaged")
    }
}
