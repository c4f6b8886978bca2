import Checkpoints
import Files
import Foundation
import Networks

/// The families that `lia train` learns: the one list of them.
public enum TrainedFamilies {
    /// The first is the one that learns where no setting says which.
    static let all: [any TrainedTask.Type] = [
        LIATask.self, FirstOrderTask.self, DINetTask.self, SyncNetTask.self, SpeechTask.self, RefinerTask.self,
    ]

    /// The task of the family that settings name.
    ///
    /// - Parameters:
    ///   - path: a JSON file of settings; nil for none.
    ///   - changes: settings that replace the file's.
    /// - Throws: `FileError` (input) when no family has the name that the file says; `SettingError` when none has the one of a change.
    public static func task(settings path: String?, changes: [(key: String, value: String)] = []) throws -> any TrainedTask.Type {
        let changed = changes.last { $0.key == "family" }?.value
        guard let name = try changed ?? path.flatMap(family(in:)) else { return all[0] }
        guard let task = all.first(where: { self.family(of: $0) == name }) else {
            let problem = SettingError(
                key: "family", value: name, allowed: "one of \(all.map { self.family(of: $0) }.joined(separator: ", "))")
            guard let path, changed == nil else { throw problem.ofChange }
            throw FileError(.input, path, problem.description)
        }
        return task
    }

    /// Every setting of the family that settings name, in the order of their groups.
    ///
    /// - Throws: as `task(settings:changes:)`.
    public static func descriptions(settings path: String?, changes: [(key: String, value: String)] = []) throws -> [SettingDescription] {
        descriptions(of: try task(settings: path, changes: changes))
    }

    private static func descriptions<Task: TrainedTask>(of _: Task.Type) -> [SettingDescription] { Task.Configuration.descriptions }

    /// The task of the family of a run that is in a folder.
    ///
    /// - Throws: as for settings.
    public static func task(resuming folder: String) throws -> any TrainedTask.Type { try task(settings: RunFolder(folder).configuration) }

    /// The task that a network can be learned on with, and the settings that name its family and measures.
    ///
    /// - Returns: nil when none can.
    public static func task(
        of network: any PortraitNetwork
    ) -> (task: any TrainedTask.Type, settings: [(key: String, value: String)])? {
        for task in all {
            if let settings = task.settings(of: network) { return (task, [("family", family(of: task))] + settings) }
        }
        return nil
    }

    /// The settings of the network that a run's checkpoint holds, for what its tensors do not tell.
    ///
    /// - Throws: `FileError` (input) when the checkpoint's configuration cannot be read.
    public static func modelSettings(of checkpoint: Checkpoint) throws -> [String: String] {
        let configuration = Data((checkpoint.metadata["configuration"] ?? "").utf8)
        guard let name = family(in: configuration), let task = all.first(where: { family(of: $0) == name }) else { return [:] }
        do {
            return try task.modelSettings(configuration)
        } catch {
            throw FileError(.input, checkpoint.path, "holds a configuration that cannot be read: \(error)")
        }
    }

    /// The name of the family that a run's checkpoint is of; nil where it does not say.
    public static func family(of checkpoint: Checkpoint) -> String? {
        family(in: Data((checkpoint.metadata["configuration"] ?? "").utf8))
    }

    private static func family<Task: TrainedTask>(of _: Task.Type) -> String { Task.Settings.family }

    /// The family that a file names; nil where it names none. What is wrong with a file shows when all of it is read.
    private static func family(in path: String) throws -> String? {
        let text = Data(try MappedFile.contents(of: path, upTo: 1 << 20))
        return family(in: text)
    }

    private static func family(in configuration: Data) -> String? {
        guard case .text(let name) = try? JSONDecoder().decode([String: JSONValue].self, from: configuration)["family"] else { return nil }
        return name
    }
}
