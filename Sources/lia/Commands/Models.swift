import ArgumentParser
import Files
import Foundation
import ModelLibrary

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the models that --model can name, and where they are looked for.",
        discussion: """
            EXAMPLES
              lia models
              LIA_MODELS=~/my-models lia models --json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    struct Report: Encodable {
        struct Entry: Encodable {
            let name: String
            let path: String
            let isDefault: Bool
            let description: ModelDescription
        }
        let models: [Entry]
        /// Models that hear mouths in sound, for 'lia animate --audio', 'lia dub' and 'lia speech'.
        let speech: [Speech]
        /// Folders of published files, which `--model` names too.
        let unconverted: [Unconverted]
        let folders: [String]
    }

    struct Speech: Encodable {
        let name: String
        let path: String
        let description: SpeechModel.Description
    }

    struct Unconverted: Encodable {
        let name: String
        let path: String
        /// What texts call the family.
        let family: String
    }

    /// "20 directions, ", where the family has any.
    private static func directions(_ description: ModelDescription) -> String {
        guard case .number(let count)? = description.measures["directions"] else { return "" }
        return "\(count) directions, "
    }

    func run() throws {
        let entries = ModelLocator.models().map { model in
            let name = URL(fileURLWithPath: model.path).lastPathComponent
            return Report.Entry(
                name: name, path: model.path, isDefault: name == ModelLocator.defaultName, description: model.description)
        }
        let unconverted = ModelLocator.unconverted().map { found in
            Unconverted(name: URL(fileURLWithPath: found.path).lastPathComponent, path: found.path, family: found.family)
        }
        let speech = SpeechModel.models().map { model in
            Speech(name: URL(fileURLWithPath: model.path).lastPathComponent, path: model.path, description: model.description)
        }
        let report = Report(models: entries, speech: speech, unconverted: unconverted, folders: ModelLocator.folders)
        if json {
            try Output.json(report)
            return
        }
        for entry in entries {
            let d = entry.description
            Output.line(
                "\(FileError.printable(entry.name))\(entry.isDefault ? " (default)" : ""): \(d.size) px, \(Self.directions(d))"
                    + "\(d.parameters) parameters, \(d.family), \(d.weights)\(d.detail == true ? ", with detail" : "")\n  \(FileError.printable(entry.path))"
            )
        }
        for entry in report.speech {
            let d = entry.description
            Output.line(
                "\(FileError.printable(entry.name)): hears mouths in sound, \(d.parameters) parameters, \(d.weights)\n  "
                    + FileError.printable(entry.path))
        }
        for entry in report.unconverted {
            Output.line(
                "\(FileError.printable(entry.name)): the published files of \(entry.family); 'lia convert' makes a smaller model of them\n  "
                    + FileError.printable(entry.path))
        }
        Output.line("\nlooked for in, first found wins:")
        for folder in report.folders {
            let exists = FileManager.default.fileExists(atPath: folder)
            Output.line("  \(FileError.printable(folder))\(exists ? "" : " (does not exist)")")
        }
    }
}
