import Faces
import Files
import Foundation
import ModelLibrary
import TestSupport
import Testing

/// Directions that are named after what they move, found by landmarks.
@Suite struct AutomaticNamesTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = folder.file("model")
        let models = ModelLocator.folders.map { $0 + "/portrait" }
        let shipped = try #require(models.first { FileManager.default.fileExists(atPath: $0) })
        try FileManager.default.copyItem(atPath: shipped, toPath: model)
        try? FileManager.default.removeItem(atPath: model + "/directions.json")
        #expect(try CommandRun.lia(["puppets", "--identity", "7", "--size", "256", "--output", folder.file("person.png")]).exitCode == 0)
    }

    private func label(_ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia(["explore", "label", "--model", model] + arguments)
    }

    /// The model's directions were turned to parts of a pose: the first is the head's turn, the third its lean.
    @Test(.enabled(if: FaceFinder.folder(amongModels: ModelLocator.folders) != nil))
    func directionsAreCalledWhatTheyMove() throws {
        let run = try label(["--automatic", "--source", folder.file("person.png"), "--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let names = try DirectionNames(modelFolder: model, controls: (1...20).map { .init(number: $0, range: -3...3) })
        #expect(names.entries.count >= 3, "\(run.output)")
        #expect(names.name(of: 3) == "tilt", "\(run.output)")
        let given = names.entries.compactMap(\.name)
        #expect(Set(given).count == given.count && names.entries.allSatisfy { $0.range != nil })
    }

    /// Names that go are said, so that they can be given back.
    @Test(.enabled(if: FaceFinder.folder(amongModels: ModelLocator.folders) != nil))
    func namesThatGoAreSaid() throws {
        #expect(try label(["3", "sway"]).exitCode == 0)
        let run = try label(["--automatic", "--source", folder.file("person.png")])
        #expect(run.exitCode == 0 && run.errors.contains("called otherwise before: 3 sway;"), "\(run.errors)")
    }

    @Test func wrongWishesAreRefused() throws {
        #expect(try label(["--automatic"]).exitCode == 64)
        #expect(try label(["8", "nod", "--source", folder.file("person.png")]).exitCode == 64)
        #expect(try label(["--automatic", "8", "--source", folder.file("person.png")]).exitCode == 64)
        let absent = try label(["--automatic", "--source", folder.file("nobody.png")])
        #expect(absent.exitCode == 65 && !FileManager.default.fileExists(atPath: model + "/directions.json"))
    }
}
