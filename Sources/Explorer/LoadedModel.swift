import ModelLibrary
import Networks

/// A model in memory.
final class LoadedModel: Sendable {
    /// What the user, and the command line, calls it: a name, or the path that the program was started with.
    let name: String
    /// What files that it made call it.
    let title: String
    nonisolated(unsafe) let network: LIA
    /// Where its direction names are kept; nil for a checkpoint file.
    let folder: String?

    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with the model.
    init(_ name: String) throws {
        self.name = name
        (network, title) = try ModelLocator.network(name)
        folder = try ModelLocator.folder(name)
    }

    var directions: Int { network.configuration.directions }

    /// - Throws: `FileError` for a damaged `directions.json`.
    func names() throws -> DirectionNames { try DirectionNames(modelFolder: folder, count: directions) }
}
