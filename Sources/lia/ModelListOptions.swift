import ArgumentParser
import Files
import ModelLibrary
import Networks

/// What commands that run several networks take.
struct ModelListOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Models, separated by commas: names (see 'lia models'), folders or checkpoints (default: \(ModelLocator.defaultName); where dubbing "
                + "is measured, dub).",
            valueName: "model,…"),
        completion: .file())
    var model: String?

    @OptionGroup var threads: ThreadOptions

    /// The models as they were given.
    var names: [String] {
        let given = model ?? ModelLocator.defaultName
        return given.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func validate() throws {
        guard names.allSatisfy({ !$0.isEmpty }), Set(names).count == names.count else {
            throw ValidationError("--model wants different models, separated by commas, not \"\(FileError.printable(model ?? ""))\".")
        }
    }

    /// The models, with names that tell them apart.
    ///
    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with a model.
    func load(_ detail: DetailOptions) throws -> [PortraitModel] {
        threads.apply()
        let loaded = try names.map { name in (given: name, model: try ModelLocator.model(name)) }
        return try loaded.map { entry in
            // Two files of one name are told apart by their paths.
            let isTwin = loaded.filter { $0.model.name == entry.model.name }.count > 1
            var model = isTwin ? entry.model.named(entry.given) : entry.model
            try detail.apply(to: &model)
            return model
        }
    }
}
