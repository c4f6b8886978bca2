import Files
import Foundation
import Tensors

/// The safetensors format: the header's length (8 bytes), a JSON header that names each tensor's type, shape and byte
/// range, and the values.
public enum SafetensorsFile {
    /// The format's own limit on the header, in bytes.
    static let largestHeader = 100_000_000

    /// Where each tensor lies, as the header lists them, and the header's metadata.
    ///
    /// - Throws: `Malformed` when the header is not what the format demands, or the byte ranges leave gaps, overlap or
    ///   do not fit their shapes.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> ([StoredTensor], [String: String]) {
        var cursor = ByteCursor(bytes)
        let length = try cursor.count64()
        guard length <= largestHeader else {
            throw Malformed("states a header of \(length) bytes; the format allows \(largestHeader)")
        }
        var header = SafetensorsHeader(try cursor.take(length))
        try header.parse()
        let start = cursor.position
        let available = bytes.count - start

        var end = 0
        for tensor in header.tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard tensor.begin == end, tensor.end >= tensor.begin else {
                throw Malformed(
                    "tensor \(Malformed.quoted(tensor.name)) has bytes \(tensor.begin) to \(tensor.end), expected to begin at "
                        + "\(end): the tensors leave a gap or overlap; the file is damaged")
            }
            end = tensor.end
        }
        guard end == available else {
            throw Malformed(
                end > available
                    ? "is cut short: its tensors take \(end) bytes, \(available) are there; copy it again"
                    : "has \(available - end) bytes after its last tensor; the file is damaged")
        }
        let stored = try header.tensors.map { tensor in
            let stored = try StoredTensor(
                name: tensor.name, shape: tensor.shape, scalarType: tensor.scalarType,
                storage: start + tensor.begin..<start + tensor.end)
            guard stored.byteCount == tensor.end - tensor.begin else {
                throw Malformed(
                    "tensor \(Malformed.quoted(tensor.name)) has \(tensor.end - tensor.begin) bytes, but \(stored.byteCount) "
                        + "are expected of \(tensor.scalarType.name) \(tensor.shape); the file is damaged")
            }
            return stored
        }
        return (stored, header.metadata)
    }

    /// Writes a file that appears whole or not at all, in the order of `tensors`. Values start at a multiple of 64 bytes.
    ///
    /// - Parameters:
    ///   - scalarType: `.float32` (bits kept), `.float16` or `.bfloat16` (rounded to nearest, ties to even).
    ///   - metadata: what the file says of itself.
    ///   - overwrite: whether an existing file may be replaced.
    /// - Throws: `FileError` (output) when the file cannot be written, or a finite value is too large for the type.
    /// - Precondition: names are distinct, and none is `__metadata__`.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], as scalarType: ScalarType = .float32,
        metadata: [String: String] = [:], to path: String, overwrite: Bool
    ) throws {
        let values = TensorBytes(as: scalarType, path: path)
        var names = Set(["__metadata__"])
        for (name, _) in tensors { precondition(names.insert(name).inserted, "'\(name)' is taken") }

        let output = try StagedOutput(path: path, overwrite: overwrite)
        let descriptor = Foundation.open(output.temporaryPath, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        do {
            defer { close(descriptor) }
            func write(_ buffer: UnsafeRawBufferPointer) throws {
                var rest = buffer
                while !rest.isEmpty {
                    let written = Foundation.write(descriptor, rest.baseAddress!, rest.count)
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { throw FileError.cannotWrite(path) }
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                }
            }
            let head = SafetensorsHeader.encoded(tensors.map { ($0.name, $0.tensor.shape) }, scalarType, metadata)
            try head.withUnsafeBytes(write)
            for (name, tensor) in tensors { try values.give(tensor, name, to: write) }
        }
        try output.commit()
    }
}
