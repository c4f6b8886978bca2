import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import Training

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a model of a training run: the moving average of its weights.",
        discussion: """
            EXAMPLES
              lia export runs/first Models/mine
              lia export runs/first ~/.local/share/lia/models/mine --float16 --card card.md
            """)

    @Argument(help: "The run's folder.", completion: .directory)
    var training: String

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
        let checkpoint = try Checkpoint.open(TrainingRun.checkpointPath(training))
        let network = try LIA(checkpoint, prefix: "average.")
        let cardText = try card.map { String(decoding: try MappedFile.contents(of: $0, upTo: 1 << 20), as: UTF8.self) }
        try ModelFolder.write(
            network, to: folder, weights: float16 ? .float16 : .float32,
            origin: "trained by lia, \(checkpoint.metadata["step"] ?? "0") steps", card: cardText, overwrite: overwrite)
        if !quiet { Output.line("\(FileError.printable(folder)): \(network.size) px, step \(checkpoint.metadata["step"] ?? "0")") }
    }
}
