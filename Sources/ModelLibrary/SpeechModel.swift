import Checkpoints
import Files
import Foundation
import Networks

/// A speech model on disk: a folder with `model.json`, `weights.safetensors` and its card, found by name where portrait models are.
public enum SpeechModel {
    /// The model that is used when none is named.
    public static let defaultName = "speech"

    /// What `model.json` says.
    public struct Description: Codable, Sendable {
        public private(set) var formatVersion = ModelDescription.formatVersion
        public private(set) var family = MouthNetwork.family
        public let name: String
        public let parameters: Int
        public let weights, origin: String

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
        let folder = try folder(name)
        _ = try description(in: folder)
        return try MouthNetwork(Checkpoint.open((folder as NSString).appendingPathComponent(ModelFolder.weightsName)))
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
        try ModelFolder.write(
            network.parameters, family: MouthNetwork.family, to: path, weights: weights, card: card, inputs: inputs, overwrite: overwrite
        ) { Description(name: $0, parameters: network.parameterCount, weights: weights.name, origin: origin) }
    }

    /// Every speech model that can be named, the first of each name, sorted by name.
    public static func models() -> [(path: String, description: Description)] {
        var found: [String: (path: String, description: Description)] = [:]
        for folder in ModelLocator.folders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where found[name] == nil {
                let path = (folder as NSString).appendingPathComponent(name)
                if let description = try? description(in: path) { found[name] = (path, description) }
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// - Parameter text: that of a model.json.
    static func isDescribed(by text: [UInt8]) -> Bool {
        struct Family: Decodable { let family: String }
        return (try? JSONDecoder().decode(Family.self, from: Data(text)))?.family == MouthNetwork.family
    }

    /// - Throws: `FileError` (input) when the folder's model.json describes no speech model.
    private static func description(in folder: String) throws -> Description {
        let file = (folder as NSString).appendingPathComponent(ModelFolder.descriptionName)
        let text = Data(try MappedFile.contents(of: file, upTo: 1 << 20))
        struct Family: Decodable { let family: String }
        guard let found = try? JSONDecoder().decode(Family.self, from: text) else {
            throw FileError(.input, file, "does not describe a model; export it again with 'lia export'")
        }
        guard found.family == MouthNetwork.family else {
            throw FileError(
                .input, folder, "is a model of the family \(found.family), expected \(MouthNetwork.family); name a speech model")
        }
        guard let description = try? JSONDecoder().decode(Description.self, from: text) else {
            throw FileError(.input, file, "does not describe a speech model; export it again with 'lia export'")
        }
        return description
    }
}
