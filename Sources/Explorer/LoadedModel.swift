import ModelLibrary
import Networks

/// A model in memory.
package final class LoadedModel: Sendable {
    /// What the user, and the command line, calls it: a name, or the path that the program was started with.
    package let name: String
    package let model: PortraitModel
    package let network: any VideoDriven
    /// What pages can look at.
    package let views: [View]

    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with the model.
    package init(_ name: String) throws {
        self.name = name
        model = try ModelLocator.model(name)
        network = try model.videoDriven
        views = ViewPicture.views(of: network)
    }

    /// What files that it made call it.
    var title: String { model.name }

    var directions: Int { network.controls.count }

    /// - Throws: `FileError` for a damaged `directions.json`.
    package func names() throws -> DirectionNames { try DirectionNames(of: model) }
}
