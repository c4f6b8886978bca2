import ArgumentParser
import ModelLibrary
import Networks

/// What every command that runs a network takes.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model's name (see 'lia models'), a model folder, or a checkpoint (.safetensors, .pt, .pth).",
            valueName: "name|path"),
        completion: .file())
    var model: String = ModelLocator.defaultName

    @OptionGroup var computing: ComputingOptions

    /// Takes on what does not concern which model it is.
    func apply() { computing.apply() }

    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with the model.
    func load() throws -> PortraitModel {
        apply()
        return try ModelLocator.model(model)
    }
}
