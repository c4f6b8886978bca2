import Checkpoints
import Files
import Foundation
import Networks

/// A speech model on disk: a folder with `model.json`, `weights.safetensors` and its card, found by name where portrait models are.
public enum SpeechModel {
    /// The model that is used when none is named.
    public static let defaultName = "speech"

    /// What `model.json` says.
    private struct Description: Codable {
        var formatVersion = ModelDescription.formatVersion
        var family = MouthNetwork.family
        let name: String
        let parameters: Int
        let weights, origin: String

        enum CodingKeys: String, CodingKey {
            case family, name, parameters, weights, origin
            case formatVersion = "format_version"
        }
    }

    /// The network of a model.
    ///
    /// - Parameter name: a folder, or the name of one in the folders of models.
    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with it.
    public static func network(_ name: String) throws -> MouthNetwork {
        let folder = try folder(name) as NSString, file = folder.appendingPathComponent(ModelFolder.descriptionName)
        let text = Data(try MappedFile.contents(of: file, upTo: 1 << 20))
        struct Family: Decodable { let family: String }
        guard let found = try? JSONDecoder().decode(Family.self, from: text) else {
            throw FileError(.input, file, "does not describe a model; export it again with 'lia export'")
        }
        guard found.family == MouthNetwork.family else {
            throw FileError(.input, name, "is a model of the family \(found.family), expected \(MouthNetwork.family); name a speech model")
        }
        return try MouthNetwork(Checkpoint.open(folder.appendingPathComponent(ModelFolder.weightsName)))
    }

    private static func folder(_ name: String) throws -> String {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw FileError(.input, name, "expected the folder of a speech model, found a file") }
            return name
        }
        let places = name.contains("/") ? [] : ModelLocator.folders.map { ($0 as NSString).appendingPathComponent(name) }
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw FileError(.input, name, "no such speech model; name its folder, or put it where 'lia models' looks")
        }
        return found
    }

    /// Writes a network as a model folder, whole or not at all.
    ///
    /// - Parameters:
    ///   - weights: how values are stored.
    ///   - origin: where the model comes from.
    ///   - card: the text of `README.md`; none is written without it.
    ///   - inputs: the files that the network and the card were read from, which the folder may not replace.
    /// - Throws: `FileError` (output), also when a card would be lost.
    public static func write(
        _ network: MouthNetwork, to path: String, weights: ScalarType, origin: String, card: String?, inputs: [String], overwrite: Bool
    ) throws {
        let names = [ModelFolder.descriptionName, ModelFolder.weightsName, "README.md"]
        try InputProtection(inputs).check([path])
        if overwrite, card == nil, FileManager.default.fileExists(atPath: (path as NSString).appendingPathComponent(names[2])) {
            throw FileError(.output, path, "its card README.md would be lost; pass --card with the card of the new model")
        }
        try? FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let output = try StagedOutput(path: path, folder: true, overwrite: overwrite, owns: names.contains)
        let folder = output.temporaryPath as NSString, name = URL(fileURLWithPath: output.path).lastPathComponent
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let description = Description(name: name, parameters: network.parameterCount, weights: weights.name, origin: origin)
        try StagedOutput.write(
            try encoder.encode(description) + Data("\n".utf8), to: folder.appendingPathComponent(names[0]), overwrite: false)
        try SafetensorsFile.write(
            network.parameters.map { ($0.name, $0.value) }, as: weights, metadata: ["family": description.family, "name": name],
            to: folder.appendingPathComponent(names[1]), overwrite: false)
        if let card { try StagedOutput.write(card.utf8, to: folder.appendingPathComponent(names[2]), overwrite: false) }
        try output.commit()
    }
}
