import Files
import Foundation
import Testing
import TestSupport
import Training

@Suite struct TrainingConfigurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, _ changes: [(key: String, value: String)] = []) throws -> TrainingConfiguration {
        let path = folder.file("c.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try TrainingConfiguration.read(path, changes: changes)
    }

    @Test func whatIsLeftOutKeepsItsDefaultAndChangesWin() throws {
        let c = try read(#"{"steps": 7, "learning_rate": 0.01, "flip": false}"#, [("steps", "9"), ("perceptual", "10")])
        #expect(c.steps == 9 && c.learningRate == 0.01 && !c.flip && c.perceptual == 10 && c.groupSize == 4)
        #expect(try TrainingConfiguration.read(nil) == TrainingConfiguration())
        let variant = try read(#"{"dictionary": "none", "directions": 7}"#, [("masks", "false")])
        #expect(variant.network.dictionary == .absent && variant.network.directions == 256 && !variant.network.masks)
        let data = try JSONEncoder().encode(c)
        #expect(try read(String(decoding: data, as: UTF8.self)) == c)
    }

    @Test(arguments: [
        (#"{"stepz": 7}"#, "stepz"), (#"{"steps": "many"}"#, "steps: expected a whole number, found many"),
        (#"{"steps": 1.5}"#, "steps: expected a whole number, found 1.5"), (#"{"steps": 0}"#, "steps: expected at least 1, found 0"),
        (#"{"flip": 3}"#, "flip: expected true or false"), (#"{"size": 100}"#, "size: expected a power of two"),
        (#"{"size": 64}"#, "channels: expected a count for each resolution up to 64 px"),
        (#"{"channels": "4:8"}"#, "channels"), (#"{"directions": 300}"#, "directions: expected 1 to 256"),
        (#"{"dictionary": "square"}"#, "dictionary: expected one of orthonormal, free, none, found square"),
        (#"{"masks": 1.5}"#, "masks: expected true or false"), (#"{"dictionary": true}"#, "dictionary: expected text"),
        (#"{"learning_rate": -1}"#, "learning_rate"), (#"{"beta2": 1}"#, "beta2: expected 0 to less than 1, found 1"),
        (#"{"known_parts": "mouth:12:3"}"#, "known_parts: expected entries part:direction:amount"),
        (#"{"known_parts": "brows:21:3"}"#, "directions from 1 to 20, found brows:21:3"), (#"{"known_parts": "brows:3"}"#, "known_parts"),
        (#"{"closing": -1}"#, "closing: expected 0 to 1000"), (#"{"closing": 1, "masks": false}"#, "where masks is false"),
        (#"{"known_parts": "brows:3:nan"}"#, "known_parts"), (#"{"known_parts": "+brows:3:1"}"#, "known_parts"),
        (#"{"group_size": 1}"#, "group_size: expected 2 to 64, found 1"), (#"{"seed": null}"#, "seed"),
        (#"{"l1": 0, "perceptual": 0}"#, "l1"), (#"{"colour": 1}"#, "colour"), ("[1]", "no JSON object"), ("{", "no JSON object"),
    ])
    func badSettingsNameTheKeyTheValueAndWhatIsAllowed(_ text: String, _ words: String) throws {
        #expect {
            try read(text)
        } throws: { error in
            guard let error = error as? FileError else { return false }
            let line = error.description
            return line.contains(words) && line.contains("c.json") && !line.contains("\n")
        }
    }
}
