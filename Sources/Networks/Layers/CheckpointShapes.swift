import Checkpoints
import Files

/// Reads a network's measures off the shapes of a checkpoint's tensors.
struct CheckpointShapes {
    private let checkpoint: Checkpoint
    private let prefix: String
    /// What errors call the networks.
    private let title: String

    init(_ checkpoint: Checkpoint, prefix: String, title: String) {
        (self.checkpoint, self.prefix, self.title) = (checkpoint, prefix, title)
    }

    /// - Throws: `FileError` (input) when there is no such tensor or axis, or the extent cannot be.
    func extent(_ name: String, _ axis: Int) throws -> Int {
        guard let shape = checkpoint.entry(prefix + name)?.shape, axis < shape.count else {
            throw FileError(
                .input, checkpoint.path,
                "lacks \(name), which tells a measure of its \(title) networks; use the complete published files")
        }
        guard (1...16384).contains(shape[axis]) else { throw impossible("\(name) has the shape \(shape)") }
        return shape[axis]
    }

    func holds(_ name: String) -> Bool { checkpoint.entry(prefix + name) != nil }

    /// One more than the largest number that follows a beginning of names.
    func count(_ stem: String) -> Int {
        let beginning = prefix + stem
        return checkpoint.entries.reduce(0) { most, entry in
            guard entry.name.hasPrefix(beginning), let number = Int(entry.name.dropFirst(beginning.count).prefix { $0.isNumber }),
                number < 1000
            else { return most }
            return max(most, number + 1)
        }
    }

    func impossible(_ what: String) -> FileError {
        FileError(.input, checkpoint.path, "its measures make no \(title) networks: \(what); use the published files")
    }
}
