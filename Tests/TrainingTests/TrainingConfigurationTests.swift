import Files
import Foundation
import Puppets
import Testing
import TestSupport
import Training

@Suite struct TrainingConfigurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, _ changes: [(key: String, value: String)] = []) throws -> LIATrainingConfiguration {
        let path = folder.file("c.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try LIATrainingConfiguration.read(path, changes: changes)
    }

    @Test func whatIsLeftOutKeepsItsDefaultAndChangesWin() throws {
        let c = try read(#"{"steps": 7, "learning_rate": 0.01, "flip": false}"#, [("steps", "9"), ("perceptual", "10")])
        #expect(c.steps == 9 && c.optimization.learningRate == 0.01 && !c.data.flip && c.losses.perceptual == 10 && c.data.groupSize == 4)
        #expect(try LIATrainingConfiguration.read(nil) == LIATrainingConfiguration())
        let variant = try read(#"{"dictionary": "none", "directions": 7}"#, [("masks", "false")])
        let measures = variant.network.measures
        #expect(measures.dictionary == .absent && measures.directions == 256 && !measures.masks)
        let data = try JSONEncoder().encode(c)
        #expect(try read(String(decoding: data, as: UTF8.self)) == c)
    }

    /// A setting has a place in its group and a short name, in files and in changes; files of older runs have short names only.
    @Test func longAndShortNamesAreTheSame() throws {
        let nested = try read(
            #"""
            {"steps": 7, "network": {"code": 64}, "optimization": {"beta1": 0.5}, "data": {"color": 0.3}, "losses": {"l1": 2},
             "record": {"sheet_every": 3}}
            """#)
        let flat = try read(#"{"steps": 7, "code": 64, "beta1": 0.5, "colour": 0.3, "l1": 2, "sheet_every": 3}"#)
        #expect(nested == flat && nested.network.code == 64 && nested.data.color == 0.3 && nested.record.sheetEvery == 3)
        let changes = [
            ("code", "64"), ("network.code", "32"), ("network.code", "64"), ("optimization.beta1", "0.5"), ("data.colour", "0.3"),
        ]
        #expect(try read("{}", changes + [("losses.l1", "2"), ("record.sheet_every", "3"), ("steps", "7")]) == nested)
        #expect(try read(#"{"losses": {"l1": 1}}"#, [("l1", "2")]).losses.l1 == 2)
    }

    /// Files are written nested, every setting in them, and read again as they were.
    @Test func filesAreWrittenNested() throws {
        let data = try JSONEncoder().encode(try read(#"{"l1": 3}"#))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["family", "steps", "seed", "network", "optimization", "data", "losses", "record"])
        #expect((object["losses"] as? [String: Any])?["l1"] as? Double == 3)
        let count = object.values.reduce(0) { $0 + (($1 as? [String: Any])?.count ?? 1) }
        #expect(count == 72 && count == LIATrainingConfiguration.descriptions.count)
        for description in LIATrainingConfiguration.descriptions {
            #expect(!description.summary.isEmpty && !description.summary.contains("\n") && !description.allowed.isEmpty)
        }
        let l1 = try #require(LIATrainingConfiguration.descriptions.first { $0.name == "losses.l1" })
        #expect(l1.defaultValue == "1" && l1.allowed == "a number, 0 to 1000")
    }

    /// The settings as a file of the first version has them: flat, all 56, with the old spelling of color.
    @Test func flatFilesOfOlderRunsAreRead() throws {
        let c = try LIATrainingConfiguration.read(Fixture.path("training/flat-configuration.json"))
        #expect(c.steps == 5 && c.seed == 5 && c.network.channels == "4:8 8:8 16:8 32:8" && c.network.detail && c.data.color == 0.15)
        #expect(c.network.knownParts == "mouth_open:6:3.5 brows:2:1" && c.optimization.frozen == "dec.direction" && c.losses.closing == 0.5)
        #expect(c.optimization.warmupSteps == 2 && c.record.sheetEvery == 5 && c.losses.adversarialFrom == 2 && c.data.crossRelative == 0.5)
        let portrait = try LIATrainingConfiguration.read(Fixture.path("training/nested-portrait.json"))
        #expect(portrait.steps == 2900 && portrait.losses.moving == 8 && portrait.data.expressions == 0.75 && portrait.network.detail)
        #expect(try LIATrainingConfiguration.read(Fixture.path("training/flat-portrait.json")) == portrait)
    }

    /// The recipes in Examples are read as they stand.
    @Test func recipesAreRead() throws {
        let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples").standardized
        let portrait = try LIATrainingConfiguration.read(examples.appendingPathComponent("portrait.json").path)
        #expect(portrait.network.knownParts.split(separator: " ").count == PuppetPose.parts.count && portrait.losses.reading > 0)
        #expect(portrait.network.measures.directions == 20 && portrait.data.turned > 0 && portrait.data.givenParts == 0.5)
        // Afterwards the encoder alone, of the same network, from what it reads itself.
        let encoder = try LIATrainingConfiguration.read(examples.appendingPathComponent("portrait-encoder.json").path)
        #expect(encoder.network.measures == portrait.network.measures && encoder.optimization.frozen == "dec.")
        #expect(encoder.network.knownParts.split(separator: " ").count == PuppetPose.parts.count && encoder.losses.adversarialRegions == 0)
        #expect(encoder.data.givenParts == 0 && encoder.data.crossIdentity > encoder.data.crossRelative)
        let firstOrder = try FirstOrderTrainingConfiguration.read(examples.appendingPathComponent("fomm.json").path)
        #expect(firstOrder.network.measures.points == 10 && firstOrder.network.size == 64 && firstOrder.data.puppets > 0)
        let refiner = try RefinerConfiguration.read(examples.appendingPathComponent("refiner.json").path)
        #expect(refiner.network.channels == "24 48 96 128" && refiner.losses.adversarial > 0 && refiner.data.portrait == "Models/portrait")
        // The paper's: 32 reconstructions a step, nothing that goes beyond it.
        let paper = try LIATrainingConfiguration.read(examples.appendingPathComponent("lia-vox-256.json").path)
        #expect(paper.network.measures == .published256 && paper.losses.perceptual == 10 && paper.losses.adversarial == 1)
        #expect(paper.data.groupSize * paper.data.groups * paper.optimization.accumulation == 32)
        #expect(paper.losses.flowStart + paper.losses.regions + paper.losses.moving == 0)
        #expect(paper.data.puppets + paper.data.pseudoMotionStart == 0)
    }

    /// A short name that two groups have is refused with both long ones; of those each is a setting.
    @Test func aNameOfTwoSettingsIsRefused() throws {
        #expect { try TrainingConfiguration<TwiceNamed>.read(nil, changes: [("gain", "2")]) } throws: {
            "\($0)".contains("gain: may be any of network.gain, losses.gain; write one of them")
        }
        let c = try TrainingConfiguration<TwiceNamed>.read(nil, changes: [("losses.gain", "2")])
        #expect(c.losses.gain == 2 && c.network.gain == 1)
    }

    private enum TwiceNamed: FamilySettings {
        static let family = "twice"

        struct Table: SettingTable {
            static let table = Table()
            let gain = Setting("gain", 1.0, .range(0...9), "A factor.")
        }
        struct Nothing: SettingTable { static let table = Nothing() }
        typealias Network = Table
        typealias Data = Nothing
        typealias Losses = Table

        static func check(_ configuration: TrainingConfiguration<TwiceNamed>) {}
    }

    @Test(arguments: [
        (#"{"stepz": 7}"#, "stepz: is no setting; the nearest are steps,"),
        (#"{"losses": {"l2": 7}}"#, "losses.l2: is no setting; the nearest are losses.l1, "),
        (#"{"losses": {"steps": 7}}"#, "losses.steps: is no setting"),
        (#"{"losses": 3}"#, "losses: expected an object of settings, found 3"),
        (#"{"l1": 1, "losses": {"l1": 2}}"#, "losses.l1: is given twice"), (#"{"l1": [1]}"#, "losses.l1: expected a number, found a list"),
        (#"{"optimization": {"final_learning_rate": 0.5}}"#, "final_learning_rate: expected 0 to learning_rate (0.002), found 0.5"),
        (#"{"steps": "many"}"#, "steps: expected a whole number, found many"),
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
        (#"{"known_parts": "brows:3:1:0"}"#, "known_parts"), (#"{"known_parts": "brows:3:1:2:4"}"#, "known_parts"),
        (#"{"known_parts": "brows:3:nan"}"#, "known_parts"), (#"{"known_parts": "+brows:3:1"}"#, "known_parts"),
        (#"{"group_size": 1}"#, "group_size: expected 2 to 64, found 1"), (#"{"seed": null}"#, "seed"),
        (#"{"l1": 0, "perceptual": 0}"#, "losses.l1: expected a weight above 0"),
        (#"{"colour": 1}"#, "data.color: expected 0 to less than 1, found 1"), (#"{"data": {"color": -1}}"#, "data.color"),
        ("[1]", "no JSON object"), ("{", "no JSON object"),
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
