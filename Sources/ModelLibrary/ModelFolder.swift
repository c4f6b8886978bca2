import Checkpoints
import Files
import Foundation
import Networks

/// A model on disk: a folder with `model.json`, `weights.safetensors`, beside published ones `README.md`, its card, and where its
/// directions have names, `directions.json` (see `DirectionNames`).
public struct ModelFolder: Sendable {
    static let descriptionName = "model.json"
    /// The file of weights in a model's folder.
    public static let weightsName = "weights.safetensors"

    public let path: String
    public let description: ModelDescription

    /// - Throws: `FileError` (input) when `model.json` is absent, damaged or of a family or version that is not known here.
    public init(path: String) throws {
        self.path = path
        let file = (path as NSString).appendingPathComponent(Self.descriptionName)
        if !Self.isDescribed(path), Self.isTrainingRun(path) {
            throw FileError(.input, path, "is a training run; 'lia export' makes a model of it")
        }
        if !Self.isDescribed(path), FileManager.default.fileExists(atPath: path) {
            throw FileError(.input, path, "is no model: the folder holds no \(Self.descriptionName); 'lia models' lists those that are")
        }
        let text = try MappedFile.contents(of: file, upTo: 1 << 20)
        if SpeechModel.isDescribed(by: text) {
            throw FileError(.input, path, "is a speech model, which hears sound and poses no portraits; use it with 'lia speech --model'")
        }
        do {
            description = try JSONDecoder().decode(ModelDescription.self, from: Data(text))
        } catch {
            throw Self.misdescribed(file, Self.reason(error))
        }
        guard description.formatVersion == ModelDescription.formatVersion else {
            throw FileError(
                .input, file,
                "expected format_version \(ModelDescription.formatVersion), found \(description.formatVersion); "
                    + "use the version of lia that wrote it")
        }
        guard Families.named(description.family) != nil else {
            let known = Families.all.map { "\"\($0.family)\"" }.joined(separator: " or ")
            throw FileError(.input, file, "expected family \(known), found \"\(description.family)\"")
        }
    }

    /// Whether a folder has a `model.json`.
    static func isDescribed(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: (path as NSString).appendingPathComponent(descriptionName))
    }

    /// Whether a folder is that of a training run.
    static func isTrainingRun(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: (path as NSString).appendingPathComponent("checkpoint.safetensors"))
    }

    private static func misdescribed(_ file: String, _ reason: String) -> FileError {
        FileError(.input, file, "does not describe a model (\(reason)); convert the checkpoint again with 'lia convert'")
    }

    private static func reason(_ error: Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
        default: return "it is no JSON"
        }
    }

    private var descriptionPath: String { (path as NSString).appendingPathComponent(Self.descriptionName) }

    public var weightsPath: String { (path as NSString).appendingPathComponent(Self.weightsName) }

    /// The model with its weights, which stay mapped from the file where they are stored as float32.
    ///
    /// - Throws: `FileError` and `CheckpointMisfit` (see `PortraitNetwork.init`), also when the weights differ from `model.json`.
    public func model() throws -> PortraitModel {
        let checkpoint = try Checkpoint.open(weightsPath)
        let family = Families.named(description.family)!
        let prefix = try family.prefix(in: checkpoint)
        if prefix == nil, let other = try Families.all.first(where: { try $0.prefix(in: checkpoint) != nil }) {
            throw FileError(
                .input, weightsPath,
                "holds a \(other.title) network, and model.json says \(family.title); convert the checkpoint again with 'lia convert'")
        }
        // Without a prefix the family itself says what it misses.
        let network = try withGains(try family.init(checkpoint, prefix: prefix ?? ""))
        let model = PortraitModel(
            name: description.name, network: network, usesDetail: description.detail ?? false, checkpoint: weightsPath, folder: path)
        let found = ModelDescription(of: model, weights: description.weights, origin: description.origin)
        if let key = description.firstMisfit(found) { throw Self.misdescribed(descriptionPath, "\(key) is of another type") }
        let (expected, actual) = (description.measures(knownTo: found), found.measures(knownTo: description))
        guard expected == actual else {
            throw FileError(
                .input, weightsPath,
                "is another network than model.json says: expected \(expected), found \(actual); convert the checkpoint again with "
                    + "'lia convert'")
        }
        return model
    }

    /// The network with the gains of `directions.json`.
    ///
    /// - Throws: `FileError` (input) where that file is damaged, without which results would be other ones.
    private func withGains(_ network: any PortraitNetwork) throws -> any PortraitNetwork {
        guard let lia = network as? LIA, let gains = try DirectionNames(modelFolder: path, controls: lia.controls).gains else {
            return network
        }
        return LIA(lia, gains: gains)
    }

    /// Writes a network as a model folder, whole or not at all; the folders above it are made where they are absent.
    ///
    /// - Parameters:
    ///   - usesDetail: whether the model is meant to be used with its source's detail.
    ///   - weights: how values are stored; float16 halves the file.
    ///   - origin: where the model comes from, for `model.json`.
    ///   - card: the text of `README.md`; none is written without it.
    ///   - inputs: the files that the network and the card were read from, which the folder may not replace.
    /// - Throws: `FileError` (output), also when a card would be lost. `directions.json` of a replaced folder stays.
    public static func write(
        _ network: any PortraitNetwork, usesDetail: Bool, to path: String, weights: ScalarType, origin: String, card: String? = nil,
        inputs: [String] = [], overwrite: Bool
    ) throws {
        try write(
            network.parameters, family: type(of: network).family, to: path, weights: weights, card: card, inputs: inputs,
            keeping: [DirectionNames.fileName], overwrite: overwrite
        ) { name in
            ModelDescription(
                of: PortraitModel(name: name, network: network, usesDetail: usesDetail), weights: weights.name, origin: origin)
        }
    }

    /// Writes a folder of any kind of model.
    ///
    /// - Parameters:
    ///   - kept: names of files that a replaced folder hands on.
    ///   - description: makes what `model.json` says, of the folder's name.
    static func write(
        _ parameters: [Parameter], family: String, to path: String, weights: ScalarType, card: String?, inputs: [String],
        keeping kept: [String] = [], overwrite: Bool, description: (_ name: String) -> some Encodable
    ) throws {
        let cardName = "README.md", names = [descriptionName, weightsName, cardName] + kept, existing = path as NSString
        try InputProtection(inputs).check([path])
        // A card may be long work, and would be untrue beside other weights.
        if overwrite, card == nil, FileManager.default.fileExists(atPath: existing.appendingPathComponent(cardName)) {
            throw FileError(.output, path, "its card README.md would be lost; pass --card with the card of the new model")
        }
        let handedOn = kept.compactMap { name in
            (try? MappedFile.contents(of: existing.appendingPathComponent(name), upTo: 1 << 20)).map { (name, $0) }
        }
        // The folders above it too: ~/.local/share/lia/models does not exist before the first model. Where they cannot be made, the
        // output says so.
        try? FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let output = try StagedOutput(path: path, folder: true, overwrite: overwrite, owns: names.contains)
        let folder = output.temporaryPath as NSString, name = URL(fileURLWithPath: output.path).lastPathComponent
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StagedOutput.write(
            try encoder.encode(description(name)) + Data("\n".utf8), to: folder.appendingPathComponent(descriptionName),
            overwrite: false)
        try SafetensorsFile.write(
            parameters.map { ($0.name, $0.value) }, as: weights, metadata: ["family": family, "name": name],
            to: folder.appendingPathComponent(weightsName), overwrite: false)
        if let card { try StagedOutput.write(card.utf8, to: folder.appendingPathComponent(cardName), overwrite: false) }
        for (name, text) in handedOn { try StagedOutput.write(text, to: folder.appendingPathComponent(name), overwrite: false) }
        try output.commit()
    }
}
