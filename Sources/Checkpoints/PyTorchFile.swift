import Files
import Foundation
import Tensors

/// Checkpoints as `torch.save` writes them: a dictionary whose values are ordered dictionaries of tensors.
public enum PyTorchFile {
    /// The folder within the archive.
    private static let folder = "archive/"

    /// Writes a file that appears whole or not at all, which PyTorch from 1.6 on loads, also with `weights_only=True`.
    ///
    /// - Parameters:
    ///   - members: the dictionary's keys in their order, each with its tensors, which are written in theirs.
    ///   - scalarType: `.float32` (bits kept), `.float16` or `.bfloat16` (rounded to nearest, ties to even).
    ///   - overwrite: whether an existing file may be replaced.
    /// - Throws: `FileError` (output) when the file cannot be written, would be 4 GB or more, or a finite value is too large for the type.
    public static func write(
        _ members: [(key: String, tensors: [(name: String, tensor: Tensor)])], as scalarType: ScalarType = .float32, to path: String,
        overwrite: Bool
    ) throws {
        let values = TensorBytes(as: scalarType, path: path), tensors = members.flatMap(\.tensors)
        guard tensors.reduce(0, { $0 + $1.tensor.count * scalarType.byteCount }) < 1 << 32 - 1 << 24 else {
            throw FileError(.output, path, "would be a checkpoint of 4 GB or more; write it as --float16")
        }
        let output = try StagedOutput(path: path, overwrite: overwrite)
        let archive = try ZipWriter(output.temporaryPath, named: path)
        try archive.add(folder + "data.pkl", pickle(members, scalarType))
        try archive.add(folder + "byteorder", Array("little".utf8))
        for (index, (name, tensor)) in tensors.enumerated() {
            try archive.add(folder + "data/\(index)", count: tensor.count * scalarType.byteCount) { try values.give(tensor, name, to: $0) }
        }
        try archive.add(folder + "version", Array("3\n".utf8))
        try archive.finish()
        try output.commit()
    }

    // MARK: The pickle

    private static func pickle(
        _ members: [(key: String, tensors: [(name: String, tensor: Tensor)])], _ scalarType: ScalarType
    ) -> [UInt8] {
        let storage = scalarType == .float16 ? "HalfStorage" : scalarType == .bfloat16 ? "BFloat16Storage" : "FloatStorage"
        var number = 0
        var bytes: [UInt8] = [0x80, 2] + "}(".utf8
        for (key, tensors) in members {
            bytes += text(key) + ordered() + "(".utf8
            for (name, tensor) in tensors {
                // What it lies in: ('storage', class, key, 'cpu', count).
                bytes += text(name) + "ctorch._utils\n_rebuild_tensor_v2\n((".utf8
                bytes += text("storage") + "ctorch\n\(storage)\n".utf8 + text("\(number)") + text("cpu") + integer(tensor.count) + "tQ".utf8
                // Its offset, shape and strides, that it needs no gradient, and no hooks.
                let strides = tensor.shape.indices.map { tensor.shape[($0 + 1)...].reduce(1, *) }
                bytes += integer(0) + tuple(tensor.shape) + tuple(strides) + [0x89] + ordered() + "tR".utf8
                number += 1
            }
            bytes += "u".utf8
        }
        return bytes + "u.".utf8
    }

    /// An empty `collections.OrderedDict`.
    private static func ordered() -> [UInt8] { Array("ccollections\nOrderedDict\n)R".utf8) }

    private static func text(_ text: String) -> [UInt8] {
        let content = Array(text.utf8)
        return [UInt8(ascii: "X")] + UInt32(content.count).littleEndianBytes + content
    }

    private static func integer(_ value: Int) -> [UInt8] {
        if let small = Int32(exactly: value) { return [UInt8(ascii: "J")] + small.littleEndianBytes }
        return [0x8a, 8] + Int64(value).littleEndianBytes
    }

    private static func tuple(_ values: [Int]) -> [UInt8] { Array("(".utf8) + values.flatMap(integer) + Array("t".utf8) }
}
