import ArgumentParser
import Checkpoints
import Files
import ModelLibrary
import Networks

/// What every command that writes a model folder takes.
struct ModelWritingOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case folder, pytorch
    }

    @Argument(help: "The model folder to write, or a file that ends in .pt.", completion: .file())
    var folder: String

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "folder writes a model folder; pytorch a checkpoint that the authors' own program loads (default: pytorch where the name ends "
                + "in .pt or .pth, else folder)."))
    var givenFormat: Format?

    private var format: Format { givenFormat ?? (folder.hasSuffix(".pt") || folder.hasSuffix(".pth") ? .pytorch : .folder) }

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

    @Flag(help: "Replace an existing model folder or file.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print what was written as JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        let output: String
        let format: String
        let weights: String
        let parameters: Int
        /// Of the file of weights.
        let bytes: Int?
        let origin: String
    }

    private func printReport(_ file: String, _ parameters: Int, _ origin: String) throws {
        try Output.json(
            Report(
                output: folder, format: format.rawValue, weights: float16 ? "float16" : "float32", parameters: parameters,
                bytes: try? MappedFile(path: file).bytes.count, origin: origin), result: folder)
    }

    func validate() throws {
        if format == .pytorch, card != nil || detail != nil {
            throw ValidationError("--card, --detail and --no-detail are for model folders; leave them out for a PyTorch checkpoint.")
        }
    }

    /// - Parameters:
    ///   - usesDetail: whether the model was trained to be used with its source's detail.
    ///   - origin: where the model comes from, for `model.json`.
    ///   - inputs: the files that the network was read from.
    /// - Throws: `FileError`.
    func write(_ network: any PortraitNetwork, usesDetail: Bool = false, origin: String, inputs: [String]) throws {
        if format == .pytorch { return try writeCheckpoint(network, origin: origin, inputs: inputs) }
        let cardText = try card.map { String(decoding: try MappedFile.contents(of: $0, upTo: 1 << 20), as: UTF8.self) }
        try ModelFolder.write(
            network, usesDetail: detail ?? usesDetail, to: folder, weights: float16 ? .float16 : .float32, origin: origin, card: cardText,
            inputs: inputs + [card].compactMap { $0 }, overwrite: overwrite)
        if json { return try printReport("\(folder)/\(ModelFolder.weightsName)", network.parameterCount, origin) }
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

    /// Writes a speech model, which is no portrait network.
    ///
    /// - Throws: `FileError`.
    func writeSpeech(_ network: MouthNetwork, origin: String, inputs: [String]) throws {
        guard format == .folder, detail == nil else {
            throw FileError(
                .output, folder,
                "a speech model is written as a folder, and has no detail; name a folder, and leave --format and --detail out")
        }
        let cardText = try card.map { String(decoding: try MappedFile.contents(of: $0, upTo: 1 << 20), as: UTF8.self) }
        try SpeechModel.write(
            network, to: folder, weights: float16 ? .float16 : .float32, origin: origin, card: cardText,
            inputs: inputs + [card].compactMap { $0 }, overwrite: overwrite)
        if json { return try printReport("\(folder)/\(ModelFolder.weightsName)", network.parameterCount, origin) }
        if !quiet { Output.remark("\(FileError.printable(folder)): \(network.parameterCount) parameters, \(origin)", result: folder) }
    }

    private func writeCheckpoint(_ network: any PortraitNetwork, origin: String, inputs: [String]) throws {
        guard let members = network.authorsCheckpoint else {
            throw FileError(
                .output, folder,
                "\(type(of: network).title) is not published in one checkpoint, and is written as a model folder only; name a folder, and leave "
                    + "--format out")
        }
        try InputProtection(inputs).check([folder])
        try PyTorchFile.write(
            members.map { ($0.key, $0.tensors) }, as: float16 ? .float16 : .float32, to: folder, overwrite: overwrite)
        if json { return try printReport(folder, network.parameterCount, origin) }
        guard !quiet else { return }
        let count = members.reduce(0) { $0 + $1.tensors.count }, keys = members.map { "\"\($0.key)\"" }.joined(separator: ", ")
        Output.remark("\(FileError.printable(folder)): \(count) tensors under \(keys), \(origin)", result: folder)
    }
}
