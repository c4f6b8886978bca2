import ArgumentParser
import ModelLibrary
import Networks
import Operators
import Tensors

/// What every command that runs a network takes.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model's name (see 'lia models'), a model folder, or a checkpoint (.safetensors, .pt, .pth).",
            valueName: "name|path"),
        completion: .file())
    var model: String = ModelLocator.defaultName

    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Numbers that convolutions multiply: float32, bfloat16 (less exact, faster where the processor has instructions for "
                + "it), or automatic: bfloat16 where it is faster."))
    var precision: PrecisionChoice = .float32

    /// Takes on what does not concern which model it is.
    func apply() {
        threads.apply()
        Precision.default = precision.resolved
    }

    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with the model.
    func load() throws -> PortraitModel {
        apply()
        return try ModelLocator.model(model)
    }
}
