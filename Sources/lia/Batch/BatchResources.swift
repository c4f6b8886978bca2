import Animation
import Foundation
import ModelLibrary
import Networks

/// What the jobs of a run share, each loaded once.
final class BatchResources: @unchecked Sendable {
    private let lock = NSLock()
    private var models: [String: PortraitModel] = [:]
    private var supplies: [String: FaceSupply] = [:]

    /// A model by name or path.
    ///
    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with it.
    func model(_ name: String) throws -> PortraitModel {
        try lock.withLock {
            if let model = models[name] { return model }
            let model = try ModelLocator.model(name)
            models[name] = model
            return model
        }
    }

    /// What finds faces.
    ///
    /// - Parameter folder: of the networks; nil for where models are.
    /// - Throws: `FileError` (input).
    func faces(_ folder: String?) throws -> FaceSupply {
        try lock.withLock {
            if let supply = supplies[folder ?? ""] { return supply }
            let supply = try CropOptions.supply(folder)
            supplies[folder ?? ""] = supply
            return supply
        }
    }
}
