import Checkpoints
import Files
import Foundation

/// A folder of checkpoint files that together hold one network, as some families are published: each part in a file of its own, in the
/// folder or in folders directly in it.
package struct CheckpointFolder {
    /// Paths relative to the folder, sorted.
    package let files: [String]
    package let path: String

    private static let extensions: Set<String> = ["safetensors", "pt", "pth"]

    /// - Parameter parts: the names, without extension, of the files that families are published in, a list for each.
    /// - Returns: nil when the folder holds no checkpoint file.
    /// - Throws: `FileError` (input) when it holds graphs in place of checkpoints, or a part of a family twice.
    package init?(path: String, parts: [[String]] = []) throws {
        self.path = path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let own = Self.checkpoints(path),
            inside = names.filter { !$0.hasPrefix(".") }.sorted()
                .flatMap { folder in Self.checkpoints((path as NSString).appendingPathComponent(folder)).map { folder + "/" + $0 } }
        let all = own + inside
        // A part in the folder itself comes before those of the same name in folders inside, such as those of another model.
        if let family = parts.first(where: { family in all.contains { family.contains(Self.stem($0)) } }) {
            files = try family.flatMap { part -> [String] in
                let found = own.filter { Self.stem($0) == part },
                    candidates = found.isEmpty ? inside.filter { Self.stem($0) == part } : found
                guard candidates.count < 2 else {
                    throw FileError(
                        .input, path,
                        "holds \(candidates.joined(separator: " and ")), two parts of one name; name one of these files instead of the folder"
                    )
                }
                return candidates
            }.sorted()
            return
        }
        files = all.sorted()
        if files.isEmpty {
            let graphs = names.filter { $0.lowercased().hasSuffix(".onnx") }.sorted()
            guard !graphs.isEmpty else { return nil }
            throw FileError(
                .input, path,
                "holds ONNX graphs (\(graphs.prefix(3).joined(separator: ", "))), from which no weights are read, and no checkpoint; name the "
                    + "folder of the .pth or .safetensors files")
        }
    }

    /// The files that belong to one of a family's parts: of each other part that in the same folder, or in a folder beside it.
    ///
    /// - Returns: nil when the file is no part of a family, or no other part lies near it.
    /// - Throws: `FileError` (input) when several files might be meant.
    package init?(beside file: String, parts: [[String]]) throws {
        guard let family = parts.first(where: { $0.contains(Self.stem(file)) }) else { return nil }
        let own = URL(fileURLWithPath: file).deletingLastPathComponent(), above = own.deletingLastPathComponent()
        let siblings = Self.checkpoints(own.path), chosen = (file as NSString).lastPathComponent
        let others = ((try? FileManager.default.contentsOfDirectory(atPath: above.path)) ?? []).filter { $0 != own.lastPathComponent }
            .sorted()
            .flatMap { folder in Self.checkpoints(above.appendingPathComponent(folder).path).map { "../" + folder + "/" + $0 } }
        files = try family.compactMap { part in
            if part == Self.stem(chosen) { return chosen }
            let near = siblings.filter { Self.stem($0) == part }, candidates = near.isEmpty ? others.filter { Self.stem($0) == part } : near
            guard candidates.count < 2 else {
                throw FileError(
                    .input, file,
                    "belongs to \(candidates.joined(separator: " or ")); put one of these beside it")
            }
            return candidates.first
        }
        path = own.relativePath.isEmpty ? "." : own.relativePath
        if files.count < 2 { return nil }
    }

    /// The names of the checkpoint files in a folder.
    private static func checkpoints(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) && !$0.hasPrefix(".") }.sorted()
    }

    private static func stem(_ file: String) -> String { ((file as NSString).lastPathComponent as NSString).deletingPathExtension }

    /// The files as one checkpoint: the tensors of motion_extractor.pth are called "motion_extractor." and their own names. The tensors of
    /// a single file have their own names alone.
    ///
    /// - Throws: `FileError` (input) when a file cannot be read, or two have one name but for folder and extension.
    package func open() throws -> Checkpoint {
        if files.count == 1 { return try Checkpoint.open((path as NSString).appendingPathComponent(files[0])) }
        var parts: [(prefix: String, file: Checkpoint)] = []
        for file in files {
            let name = Self.stem(file) + ".", whole = (path as NSString).appendingPathComponent(file)
            guard !parts.contains(where: { $0.prefix == name }) else {
                throw FileError(.input, whole, "has the name of another checkpoint in the folder; leave one of them")
            }
            parts.append((name, try Checkpoint.open(whole)))
        }
        return Checkpoint(joining: parts, path: path)
    }
}
