import Checkpoints
import Files

/// One of the five files that LivePortrait's networks are published in.
enum LivePortraitFile: String, CaseIterable {
    case appearance = "appearance_feature_extractor"
    case motion = "motion_extractor"
    case warping = "warping_module"
    case generator = "spade_generator"
    case stitching = "stitching_retargeting_module"

    /// How some name in it begins, and none in the others.
    private var signature: String {
        switch self {
        case .appearance: "resblocks_3d."
        case .motion: "detector."
        case .warping: "dense_motion_network."
        case .generator: "G_middle_0."
        case .stitching: "retarget_shoulder"
        }
    }

    /// The groups of the fifth file.
    static let groups = ["retarget_shoulder", "retarget_mouth", "retarget_eye"]

    /// What training scripts put around a network's tensors.
    private static let wrappers = ["module.", "_orig_mod.", "state_dict.", "model."]

    /// The name of a tensor without what stands around it, in the spelling of this program: FILE.NAME, or FILE.GROUP.NAME for the fifth
    /// file; nil for what this file holds besides its network.
    private func ownName(_ name: Substring) -> String? {
        var rest = Self.unwrapped(name)
        guard self == .stitching else { return "\(rawValue).\(rest)" }
        // The authors join the group by a dot, and "module." follows; the community's packing joins it by an underscore.
        guard let group = Self.groups.first(where: { rest.hasPrefix($0 + ".") || rest.hasPrefix($0 + "_module.") }) else { return nil }
        rest = rest.dropFirst(group.count + 1)
        return "\(rawValue).\(group).\(Self.unwrapped(rest))"
    }

    private static func unwrapped(_ name: Substring) -> Substring {
        var rest = name
        while let wrapper = wrappers.first(where: { rest.hasPrefix($0) }) { rest = rest.dropFirst(wrapper.count) }
        return rest
    }

    /// The tensors of a checkpoint under the names of this program.
    ///
    /// - Parameter prefix: what stands before the files' names.
    /// - Throws: `FileError` (input) when a file is absent, or holds another one's tensors.
    static func checkpoint(_ checkpoint: Checkpoint, prefix: String) throws -> Checkpoint {
        try check(checkpoint, prefix: prefix)
        return try checkpoint.renamed { name in
            guard name.hasPrefix(prefix) else { return nil }
            let own = name.dropFirst(prefix.count)
            guard let file = allCases.first(where: { own.hasPrefix($0.rawValue + ".") }) else { return String(own) }
            return file.ownName(own.dropFirst(file.rawValue.count + 1))
        }
    }

    /// What a checkpoint holds under the name of each file.
    private static func check(_ checkpoint: Checkpoint, prefix: String) throws {
        var present = Set<LivePortraitFile>(), found: [LivePortraitFile: LivePortraitFile] = [:]
        for entry in checkpoint.entries where entry.name.hasPrefix(prefix) {
            let name = entry.name.dropFirst(prefix.count)
            guard let file = allCases.first(where: { name.hasPrefix($0.rawValue + ".") }) else { continue }
            present.insert(file)
            let own = unwrapped(name.dropFirst(file.rawValue.count + 1))
            if let kind = allCases.first(where: { own.hasPrefix($0.signature) }) { found[file] = kind }
        }
        let missing = allCases.filter { !present.contains($0) }.map(\.rawValue)
        guard missing.isEmpty else {
            throw FileError(
                .input, checkpoint.path,
                "lacks \(missing.count) of LivePortrait's 5 files: \(missing.map { $0 + ".pth" }.joined(separator: ", ")) (or .safetensors); "
                    + "put \(missing.count == 1 ? "it" : "them") beside the others")
        }
        for file in allCases {
            guard let kind = found[file], kind != file else { continue }
            let swap = found[kind] == file ? "\(file.rawValue) and \(kind.rawValue) hold each other's tensors; swap their names" : nil
            throw FileError(
                .input, checkpoint.path,
                swap ?? "its file \(file.rawValue) holds the tensors of \(kind.rawValue); give each file the name it was published under")
        }
    }

    /// The file whose tensors a checkpoint holds without the file's name before them, as when one of the five is opened alone.
    static func alone(in checkpoint: Checkpoint) -> LivePortraitFile? {
        allCases.first { file in checkpoint.entries.contains { unwrapped($0.name[...]).hasPrefix(file.signature) } }
    }
}
