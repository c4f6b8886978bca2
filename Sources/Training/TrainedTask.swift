import Foundation
import Networks

/// A task that `lia train` runs, from its settings and the file of its data.
public protocol TrainedTask: TrainingTask {
    /// - Parameters:
    ///   - data: the path of the data.
    ///   - initial: a network whose weights to start from instead of random ones.
    ///   - processes: those that share every batch.
    /// - Throws: `SettingError` for settings that the processes, the data or the initial network do not go with; `FileError` and
    ///   `CheckpointMisfit` for the data and for other files that the settings name.
    static func task(
        _ configuration: Configuration, data: String, initial: (any PortraitNetwork)?, processes: ProcessGroup
    ) throws -> Self

    /// The measures of a network as settings, for a run that starts from it; nil for a network of another family.
    static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]?

    /// The settings of a network that was trained, for what its tensors do not tell (see `PortraitNetwork.settings`).
    ///
    /// - Parameter configuration: the run's, as JSON.
    /// - Throws: `SettingError`, or what a decoder does, for one that is none.
    static func modelSettings(_ configuration: Data) throws -> [String: String]
}

extension TrainedTask {
    public static func modelSettings(_ configuration: Data) throws -> [String: String] { [:] }
}
