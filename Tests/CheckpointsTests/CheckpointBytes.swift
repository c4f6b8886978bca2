import Checkpoints
import Files
import Foundation
import Tensors
import TestSupport

/// Checkpoints in memory.
enum CheckpointBytes {
    /// The bytes of the file at `path`.
    static func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    /// Opens `bytes` as a checkpoint called `memory`.
    static func open(_ bytes: [UInt8]) throws -> Checkpoint {
        let owner = FileBytes(bytes)
        return try Checkpoint(bytes: owner.bytes, owner: owner, name: "memory")
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
