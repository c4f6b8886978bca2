import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a checkpoint as a model folder: model.json and weights.safetensors.",
        discussion: """
            EXAMPLES
              lia convert vox.pt Models/vox
              lia convert vox.pt ~/.local/share/lia/models/vox --float16

            Reads PyTorch's .pt and .pth (both formats, without running anything in them) and safetensors, in the published
            checkpoints' layout, with tensors at the top or under "gen". A folder in one of the places that 'lia models'
            lists is found by its name.
            """)

    @Argument(help: "The checkpoint.", completion: .file())
    var checkpoint: String

    @Argument(help: "The model folder to write.", completion: .directory)
    var folder: String

    @Flag(help: "Store weights in half precision: half the size.")
    var float16 = false

    @Option(help: "A Markdown file to put beside the weights as the model's card, README.md.", completion: .file())
    var card: String?

    @Flag(help: "Replace an existing model folder.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    func run() throws {
        let network = try LIA(Checkpoint.open(checkpoint))
        let cardText = try card.map { String(decoding: try MappedFile.contents(of: $0, upTo: 1 << 20), as: UTF8.self) }
        try ModelFolder.write(
            network, to: folder, weights: float16 ? .float16 : .float32,
            origin: URL(fileURLWithPath: checkpoint).lastPathComponent, card: cardText, overwrite: overwrite)
        if !quiet {
            let written = try ModelFolder(path: folder)
            let size = try MappedFile(path: written.weightsPath).bytes.count
            Output.line(
                "\(FileError.printable(folder)): \(written.description.size) px, "
                    + "\(written.description.parameters) parameters, \(Output.bytes(size)) as \(written.description.weights)")
        }
    }
}
