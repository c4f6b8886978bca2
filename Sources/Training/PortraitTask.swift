import Networks

/// The training of a family of portrait networks from prepared clips, as `lia train` runs it.
public protocol PortraitTask: TrainedTask {
    /// Holds out the clips that the configuration says.
    ///
    /// - Parameters:
    ///   - initial: a network whose weights to start from instead of random ones.
    ///   - processes: those that share every batch.
    /// - Throws: `SettingError` for settings that the processes or the initial network do not go with; `FileError` and
    ///   `CheckpointMisfit` for the data and for other files that the settings name.
    init(_ configuration: Configuration, dataset: Dataset, initial: (any PortraitNetwork)?, processes: ProcessGroup) throws
}

extension PortraitTask {
    public static func task(
        _ configuration: Configuration, data: String, initial: (any PortraitNetwork)?, processes: ProcessGroup
    ) throws -> Self {
        try Self(configuration, dataset: Dataset(path: data), initial: initial, processes: processes)
    }
}
