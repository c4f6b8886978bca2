import Checkpoints
import Files
import Foundation
import Tensors

/// A checkpoint's bytes in memory of just their size, so that a memory checker sees every read beside them.
final class CheckpointBytes {
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
    }

    deinit { memory.deallocate() }

    /// The bytes of the file at `path`.
    static func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    /// Opens `bytes` as a checkpoint called `memory`.
    static func open(_ bytes: [UInt8]) throws -> Checkpoint {
        let owner = CheckpointBytes(bytes)
        return try Checkpoint(bytes: UnsafeRawBufferPointer(owner.memory), owner: owner, name: "memory")
    }

    /// What opening `bytes` reports, or nil when it opens.
    static func problem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try open(bytes)
            return nil
        } catch let error as FileError {
            return error.side == .input && error.path == "memory" ? error.problem : "an error of another file: \(error)"
        } catch {
            return "an error of another type: \(error)"
        }
    }
}

extension Tensor {
    /// The bit patterns of the values, every NaN the same.
    var patterns: [UInt32] { values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }
}
