import ArgumentParser
import Checkpoints
import Foundation
import ModelLibrary

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a checkpoint as a model folder: model.json and weights.safetensors.",
        discussion: """
            EXAMPLES
              lia convert vox.pt Models/vox
              lia convert vox.pt ~/.local/share/lia/models/vox --float16

            Reads PyTorch's .pt and .pth (both formats, without running anything in them) and safetensors, in the published \
            checkpoints' layout, at the top or under whatever keys a training script put around it; or a folder of such files, whose \
            parts make one network. A folder in one of the places that 'lia models' \
            lists is found by its name.
            """)

    @Argument(help: "The checkpoint, or a folder of the files that make it up.", completion: .file())
    var checkpoint: String

    @OptionGroup var writing: ModelWritingOptions

    func run() throws {
        try writing.write(
            Families.network(ModelLocator.checkpoint(checkpoint)), origin: URL(fileURLWithPath: checkpoint).lastPathComponent,
            inputs: [checkpoint])
    }
}
