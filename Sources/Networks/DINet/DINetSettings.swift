import Checkpoints
import Files
import Foundation

/// What DINet computes with and no tensor tells. It stands in a model folder's model.json; published files are of 256 px and hear letters.
struct DINetSettings: Equatable {
    /// The side of the mouth's square, in pixels.
    private(set) var mouthSize: Int
    /// Whether the model says the mouth's size itself.
    private(set) var statesMouthSize: Bool
    private(set) var sound: SpokenSound

    static let names = ["mouth_size", "sound"]

    /// - Parameter soundValues: of a row, as the network's tensors tell them.
    init(soundValues: Int) {
        (mouthSize, statesMouthSize, sound) = (256, false, soundValues == SpokenSound.mouth.values ? .mouth : .letters)
    }

    init(mouthSize: Int, sound: SpokenSound) { (self.mouthSize, statesMouthSize, self.sound) = (mouthSize, true, sound) }

    /// Takes what the model.json beside a checkpoint says; nothing where there is none.
    ///
    /// - Throws: `FileError` (input) for values that cannot be.
    mutating func read(beside checkpoint: String) throws {
        guard (checkpoint as NSString).lastPathComponent == "weights.safetensors" else { return }
        let file = ((checkpoint as NSString).deletingLastPathComponent as NSString).appendingPathComponent("model.json")
        guard FileManager.default.fileExists(atPath: file) else { return }
        struct Content: Decodable {
            let mouthSize: Int?
            let sound: String?

            enum CodingKeys: String, CodingKey {
                case sound
                case mouthSize = "mouth_size"
            }
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(try MappedFile.contents(of: file, upTo: 1 << 20))) else {
            throw FileError(.input, file, "does not say the mouth's size and what is heard; convert the checkpoint again")
        }
        if let size = content.mouthSize { try set("mouth_size", String(size), path: file) }
        if let sound = content.sound { try set("sound", sound, path: file) }
    }

    /// Sets one of them.
    ///
    /// - Throws: `FileError` (input) for a text that is no value of it.
    mutating func set(_ name: String, _ text: String, path: String) throws {
        switch name {
        case "mouth_size":
            guard let size = Int(text), size % 32 == 0, (32...1024).contains(size) else {
                throw FileError(
                    .input, path, "cannot have mouth_size \"\(FileError.printable(text))\"; expected a multiple of 32 from 32 to 1024")
            }
            (mouthSize, statesMouthSize) = (size, true)
        default:
            guard let found = SpokenSound(rawValue: text) else {
                let known = SpokenSound.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
                throw FileError(.input, path, "cannot have sound \"\(FileError.printable(text))\"; expected \(known)")
            }
            sound = found
        }
    }

    /// What makes them impossible for a network; nil when nothing does.
    func problem(soundValues: Int) -> String? {
        soundValues == sound.values
            ? nil : "reads \(soundValues) values of sound a frame, and \"\(sound.rawValue)\" has \(sound.values)"
    }
}
