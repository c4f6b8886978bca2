import Files
import Tensors

extension MappedFile: ReclaimableMemory {}

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

        func renamed(_ name: String) -> Entry { Entry(name: name, shape: shape, scalarType: scalarType, byteCount: byteCount) }
    }

    /// The path as the user gave it.
    public let path: String
    public let format: Format
    /// Every tensor, as the file lists them.
    public let entries: [Entry]
    /// What a safetensors file says of itself; empty in other formats.
    public let metadata: [String: String]

    /// Where a tensor's values are.
    private struct Source {
        let tensor: StoredTensor
        let bytes: UnsafeRawBufferPointer
        /// Keeps `bytes` alive.
        let owner: AnyObject
    }

    /// The sources of `entries`, in their order.
    private let sources: [Source]
    /// Where the tensor of a name stands in `entries`.
    private let places: [String: Int]

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
        let stored: [StoredTensor]
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
            self.places = places
        } catch let error as Malformed {
            throw FileError(.input, name, error.problem)
        }
        entries = stored.map {
            Entry(name: $0.name, shape: $0.shape, scalarType: $0.scalarType, byteCount: $0.byteCount)
        }
        path = name
        sources = stored.map { Source(tensor: $0, bytes: bytes, owner: owner) }
    }

    /// The tensors whose names begin with `prefix`, called by the rest of their names.
    public func under(_ prefix: String) -> Checkpoint {
        let inside = entries.indices.filter { entries[$0].name.hasPrefix(prefix) }
        return Checkpoint(
            path: path, format: format, metadata: metadata,
            inside.map { (entries[$0].renamed(String(entries[$0].name.dropFirst(prefix.count))), sources[$0]) })
    }

    /// The same tensors under other names.
    ///
    /// - Parameter name: the new name of one; nil leaves it out.
    /// - Throws: `FileError` (input) where two would have one name.
    public func renamed(_ name: (String) -> String?) throws -> Checkpoint {
        var tensors: [(entry: Entry, source: Source)] = [], seen = Set<String>()
        for (entry, source) in zip(entries, sources) {
            guard let new = name(entry.name) else { continue }
            guard seen.insert(new).inserted else {
                throw FileError(.input, path, "holds the tensor \(Malformed.quoted(new)) twice, under two names; keep one of them")
            }
            tensors.append((entry.renamed(new), source))
        }
        return Checkpoint(path: path, format: format, metadata: metadata, tensors)
    }

    /// Several files as one, for networks whose parts are published in files of their own.
    ///
    /// - Parameters:
    ///   - files: what stands before the names of each file's tensors, and the file; at least one, with different prefixes.
    ///   - path: what errors call all of them: the folder.
    public convenience init(joining files: [(prefix: String, file: Checkpoint)], path: String) {
        self.init(
            path: path, format: files[0].file.format, metadata: [:],
            files.flatMap { prefix, file in zip(file.entries, file.sources).map { ($0.renamed(prefix + $0.name), $1) } })
    }

    private init(path: String, format: Format, metadata: [String: String], _ tensors: [(entry: Entry, source: Source)]) {
        (self.path, self.format, self.metadata) = (path, format, metadata)
        entries = tensors.map(\.entry)
        sources = tensors.map(\.source)
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.entry.name, $0) })
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
        let source = sources[place]
        return source.tensor.read(from: source.bytes, owner: source.owner)
    }

    /// What the file says of the tensor called `name`; nil when it has none.
    public func entry(_ name: String) -> Entry? { places[name].map { entries[$0] } }

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
