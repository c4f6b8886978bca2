import Checkpoints
import Files
import Foundation
import Networks

/// The families of portrait networks that the program knows: the one list of them.
public enum Families {
    nonisolated(unsafe) private static var list: [any PortraitNetwork.Type] = [
        LIA.self, FirstOrderMotionModel.self, LivePortrait.self, DINet.self, MouthRefiner.self,
    ]
    private static let lock = NSLock()

    public static var all: [any PortraitNetwork.Type] { lock.withLock { list } }

    /// Adds a family that another package, or a test, brings.
    ///
    /// - Precondition: no other family has its name.
    public static func register(_ family: any PortraitNetwork.Type) {
        lock.withLock {
            precondition(!list.contains { $0.family == family.family }, "family \(family.family) is there already")
            list.append(family)
        }
    }

    /// The family of a name in model.json; nil when none has it.
    public static func named(_ name: String) -> (any PortraitNetwork.Type)? { all.first { $0.family == name } }

    /// The network that a checkpoint holds, of whatever family.
    ///
    /// - Parameter settings: values by name, in the place of those that its files say (see `PortraitNetwork.settings`).
    /// - Throws: `FileError` when it is of none, or has no such setting, and what is wrong with its tensors.
    public static func network(_ checkpoint: Checkpoint, settings: [String: String] = [:]) throws -> any PortraitNetwork {
        for family in all {
            guard let prefix = try family.prefix(in: checkpoint) else { continue }
            if let name = settings.keys.sorted().first(where: { !family.settings.contains($0) }) {
                let known = family.settings
                throw FileError(
                    .input, checkpoint.path,
                    "is a model of the family \(family.title), which has no setting \"\(name)\""
                        + (known.isEmpty ? " and no others; leave --set out" : "; its settings are \(known.joined(separator: ", "))"))
            }
            return try settings.isEmpty
                ? family.init(checkpoint, prefix: prefix) : family.init(checkpoint, prefix: prefix, settings: settings)
        }
        let found = checkpoint.entries.first.map { "\(checkpoint.entries.count) tensors such as \($0.name)" } ?? "no tensors"
        throw FileError(
            .input, checkpoint.path,
            "holds no \(all.map { $0.title }.joined(separator: " or ")) network: expected "
                + all.map { $0.signature }.joined(separator: ", or ") + ", found \(found)")
    }
}
