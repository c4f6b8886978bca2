import ArgumentParser
import Checkpoints
import Files
import ModelLibrary
import Networks

/// What every command that writes a model folder takes.
struct ModelWritingOptions: ParsableArguments {
    @Argument(help: "The model folder to write.", completion: .directory)
    var folder: String

    @Flag(help: "Store weights in half precision: half the size.")
    var float16 = false

    @Option(help: "A Markdown file to put beside the weights as the model's card, README.md.", completion: .file())
    var card: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Say in model.json that the model is to be used with its source's detail, as with 'lia animate --detail' (default: as "
                + "it was trained)."))
    var detail: Bool?

    @Flag(help: "Replace an existing model folder.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    /// - Parameters:
    ///   - usesDetail: whether the model was trained to be used with its source's detail.
    ///   - origin: where the model comes from, for `model.json`.
    ///   - inputs: the files that the network was read from.
    /// - Throws: `FileError`.
    func write(_ network: any PortraitNetwork, usesDetail: Bool = false, origin: String, inputs: [String]) throws {
        let cardText = try card.map { String(decoding: try MappedFile.contents(of: $0, upTo: 1 << 20), as: UTF8.self) }
        try ModelFolder.write(
            network, usesDetail: detail ?? usesDetail, to: folder, weights: float16 ? .float16 : .float32, origin: origin, card: cardText,
            inputs: inputs + [card].compactMap { $0 }, overwrite: overwrite)
        guard !quiet else { return }
        guard let written = try? ModelFolder(path: folder), let size = try? MappedFile(path: written.weightsPath).bytes.count else {
            // The model stands, whatever kept it from being read back.
            Output.remark("\(FileError.printable(folder)): written, \(origin)", result: folder)
            return
        }
        Output.remark(
            "\(FileError.printable(folder)): \(written.description.size) px, \(written.description.parameters) parameters, "
                + "\(Output.bytes(size)) as \(written.description.weights), \(origin)", result: folder)
    }
}
