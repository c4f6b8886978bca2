import Foundation
import ModelLibrary

/// The models that pages may choose from, each in memory while a page uses it.
final class ModelShelf: @unchecked Sendable {
    /// The model that pages begin with.
    let first: LoadedModel
    private let lock = NSLock()
    private var loaded: [String: Weak] = [:]

    private struct Weak {
        weak var model: LoadedModel?
    }

    init(first: LoadedModel) { self.first = first }

    /// Those that can be chosen: the one that the program was started with, and all that have names here.
    var names: [String] {
        let named = ModelLocator.models().map { URL(fileURLWithPath: $0.path).lastPathComponent }
        return named.contains(first.name) ? named : [first.name] + named
    }

    /// - Parameter name: one of `names`; what else a client may say is no path.
    /// - Throws: `Problem` for a name that is none of them; `FileError` and `CheckpointMisfit` for a model that cannot be loaded.
    func model(_ name: String) throws -> LoadedModel {
        if name == first.name { return first }
        guard names.contains(name) else { throw Problem(.notFound, "there is no model of that name here; reload the page") }
        return try lock.withLock {
            if let model = loaded[name]?.model { return model }
            let model = try LoadedModel(name)
            loaded = loaded.filter { $0.value.model != nil }
            loaded[name] = Weak(model: model)
            return model
        }
    }

    /// Names a direction, or forgets its name, in the file beside the model.
    ///
    /// - Throws: `DirectionError` for a name or number that cannot be, `FileError` when it cannot be written.
    func rename(_ number: Int, of model: LoadedModel, to name: String?) throws -> DirectionNames {
        try lock.withLock {
            // Read anew: the command, or another explorer, may have changed it.
            var names = try model.names()
            try names.set(number, name: name, range: names.range(of: number))
            try names.write()
            return names
        }
    }
}
