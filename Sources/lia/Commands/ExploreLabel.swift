import Animation
import ArgumentParser
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks

struct ExploreLabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Names a direction, or says by how much transfer enlarges it; or lists all that is known.",
        discussion: """
            EXAMPLES
              lia explore label 16 lean --range -2..3
              lia explore label 6 "close the eyes" --model vox
              lia explore label 16 --remove
              lia explore label
              lia explore label --automatic --source portrait.jpg --source another.jpg
              lia explore label brows --gain 2
              lia evaluate --task reconstruction --data films/ --json > report.json
              lia explore label --gains-from report.json

            --automatic moves the portraits along every direction, finds their landmarks, and names a direction after what it moves most: \
            turn, nod, tilt, shift_x, shift_y, scale, blink_left, blink_right, gaze_x, gaze_y, brows, jaw, pucker, smile. It stores the \
            range in which a face stays a face. Directions that move nothing of these clearly lose their names.

            A network that learns to be right on average shows less of what it is unsure of: lids that shut half as far as the driving \
            ones. Relative transfer multiplies the changes along a direction by its gain. --gains-from takes gains from a report of \
            'lia evaluate': those of directions named blink_left, blink_right, jaw and brows become as large as lids, lips and brows \
            of rebuilt clips want them, so that they move as far as the true ones (at least 1, at most 3).

            Names are stored in the model's folder (directions.json). Wherever a direction's number is taken, its name is too. A \
            name is unique, has a letter and no comma or equals sign.
            """)

    @OptionGroup var model: ModelOptions

    @Argument(help: "The direction: its number from 1, or the name it has. Without it, all names are listed.")
    var direction: String?

    @Argument(help: "Its new name; without it, only --range changes.")
    var name: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The useful values of α, what is added to the direction's magnitude.", valueName: "low..high"))
    var range: AmountRange?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What relative transfer multiplies changes along it by, 0.1 to 10; 1 for as they are read.", valueName: "factor"))
    var gain: Float?

    @Option(
        help: ArgumentHelp("Take gains from what rebuilt clips show, a report of 'lia evaluate --json'.", valueName: "report.json"),
        completion: .file())
    var gainsFrom: String?

    @Flag(help: "Forget the direction's name, range and gain.")
    var remove = false

    @Flag(help: "Name all directions after what they move, found by landmarks.")
    var automatic = false

    @Option(
        name: .shortAndLong, help: "With --automatic, a portrait to move; the option can be given several times.", completion: .file())
    var source: [String] = []

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print the names as JSON.")
    var json = false

    struct Report: Encodable {
        let folder: String?
        let directionCount: Int
        let directions: [DirectionNames.Entry]

        enum CodingKeys: String, CodingKey {
            case folder, directions
            case directionCount = "direction_count"
        }
    }

    func validate() throws {
        if automatic {
            guard direction == nil, range == nil, gain == nil, gainsFrom == nil, !remove else {
                throw ValidationError("--automatic names all directions; give no direction, --range, --gain, --gains-from or --remove.")
            }
            guard !source.isEmpty else { throw ValidationError("--automatic wants portraits to move, such as --source portrait.jpg.") }
            return
        }
        guard source.isEmpty else { throw ValidationError("--source is for --automatic.") }
        if gainsFrom != nil {
            guard direction == nil, range == nil, gain == nil, !remove else {
                throw ValidationError("--gains-from is for all directions; give no direction, --range, --gain or --remove.")
            }
            return
        }
        if direction == nil, range != nil || gain != nil || remove {
            throw ValidationError("Say which direction, such as: lia explore label 16 lean.")
        }
        if direction != nil, name == nil, range == nil, gain == nil, !remove {
            throw ValidationError("Give a name, --range, --gain or --remove, such as: lia explore label 16 lean.")
        }
        if remove, name != nil || range != nil || gain != nil { throw ValidationError("--remove takes no name, --range or --gain.") }
    }

    func run() throws {
        let model = try model.load()
        var names = try DirectionNames(of: model)
        var changed: Int?
        if automatic { return try nameAll(model, &names) }
        if gain != nil || gainsFrom != nil, try !model.videoDriven.choices.contains(.gains) {
            throw FileError(
                .input, model.name, "is a model of the family \(type(of: model.network).title), whose directions have no gains")
        }
        if let gainsFrom {
            for (number, gain) in try GainReport(gainsFrom).gains(names, of: model) { try names.setGain(number, gain) }
            try names.write()
        }
        var before = ""
        if let direction {
            let number = try names.number(of: direction)
            before = Self.line(number, names)
            if remove {
                try names.set(number, name: nil, range: nil)
                try names.setGain(number, nil)
            } else {
                // What is not given stays.
                try names.set(
                    number, name: name ?? names.name(of: number), range: range.map { $0.low...$0.high } ?? names.range(of: number))
                if let gain { try names.setGain(number, gain) }
            }
            try names.write()
            changed = number
        }
        if json {
            try Output.json(Report(folder: names.folder, directionCount: names.count, directions: names.entries))
            return
        }
        guard !quiet else { return }
        if let changed {
            let now = Self.line(changed, names), wasKnown = before != "\(changed)" && before != now
            Output.remark(
                "\(FileError.printable(model.name)): direction \(now)" + (wasKnown ? " (before: \(before))" : ""), result: names.folder)
        } else if names.entries.isEmpty {
            Output.line("\(FileError.printable(model.name)): none of the \(names.count) directions has a name yet")
        } else {
            for entry in names.entries { Output.line(Self.line(entry.number, names)) }
        }
    }

    private func nameAll(_ model: PortraitModel, _ names: inout DirectionNames) throws {
        let finder = try FaceFinder(amongModels: ModelLocator.folders)
        let portraits = try source.map { path in
            let picture = try Picture.read(path)
            guard let face = finder.faces(in: picture).first else {
                throw FileError(.input, path, "no face found, by which directions are measured; choose another portrait")
            }
            return picture.cut(face.crop())
        }
        let naming = DirectionNaming(finder: finder, portraits: portraits)
        let findings = try ProgressLine.during("directions", quiet: quiet) { line in
            try naming.findings(on: model) { line.show("measuring", done: $0, total: $1) }
        }
        let before = names.entries
        // Names are unique at every moment.
        for finding in findings { try names.set(finding.number, name: nil, range: nil) }
        for finding in findings {
            guard let name = finding.name else { continue }
            try names.set(finding.number, name: name, range: finding.low...finding.high)
        }
        try names.write()
        let lost = before.filter { $0.name != names.name(of: $0.number) }
        if !quiet, !lost.isEmpty {
            let list = lost.map { "\($0.number) \($0.name ?? "")" }.joined(separator: ", ")
            Output.note(
                FileError.printable("\(model.name): called otherwise before: \(list); 'lia explore label NUMBER NAME' gives a name back"))
        }
        if json { return try Output.json(["directions": findings]) }
        guard !quiet else { return }
        for finding in findings {
            Output.line(
                Self.line(finding.number, names)
                    + String(format: " (%+.2f of its usual range a unit, correlation %.2f)", finding.strength, finding.correlation))
        }
    }

    /// "8 nod, useful from -2 to 3".
    private static func line(_ number: Int, _ names: DirectionNames) -> String {
        let range = names.range(of: number).map { String(format: "useful from %g to %g", $0.lowerBound, $0.upperBound) }
        let gain = names.gain(of: number).map { String(format: "gain %g", $0) }
        return FileError.printable([names.label(of: number), range, gain].compactMap { $0 }.joined(separator: ", "))
    }
}
