import Checkpoints
import Files
import Foundation

/// A folder of checkpoint files that together hold one network, as some families are published: each part in a file of its own, in the
/// folder or in folders directly in it.
struct CheckpointFolder {
    /// Paths relative to the folder, sorted.
    let files: [String]
    let path: String

    private static let extensions: Set<String> = ["safetensors", "pt", "pth"]

    /// - Returns: nil when the folder holds no checkpoint file.
    init?(path: String) {
        self.path = path
        func checkpoints(_ folder: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: (path as NSString).appendingPathComponent(folder))) ?? []
            return names.filter { Self.extensions.contains(($0 as NSString).pathExtension.lowercased()) && !$0.hasPrefix(".") }
                .map { folder.isEmpty ? $0 : folder + "/" + $0 }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        files = (checkpoints("") + names.filter { !$0.hasPrefix(".") }.flatMap(checkpoints)).sorted()
        if files.isEmpty { return nil }
    }

    /// The files as one checkpoint: the tensors of motion_extractor.pth are called "motion_extractor." and their own names. The tensors of
    /// a single file have their own names alone.
    ///
    /// - Throws: `FileError` (input) when a file cannot be read, or two have one name but for folder and extension.
    func open() throws -> Checkpoint {
        if files.count == 1 { return try Checkpoint.open((path as NSString).appendingPathComponent(files[0])) }
        var parts: [(prefix: String, file: Checkpoint)] = []
        for file in files {
            let name = ((file as NSString).lastPathComponent as NSString).deletingPathExtension + "."
            let whole = (path as NSString).appendingPathComponent(file)
            guard !parts.contains(where: { $0.prefix == name }) else {
                throw FileError(.input, whole, "has the name of another checkpoint in the folder; leave one of them")
            }
            parts.append((name, try Checkpoint.open(whole)))
        }
        return Checkpoint(joining: parts, path: path)
    }
}
