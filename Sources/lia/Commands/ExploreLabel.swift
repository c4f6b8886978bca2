import Animation
import ArgumentParser
import Files
import Foundation
import ModelLibrary
import Networks

struct ExploreLabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Names a direction, or lists the names.",
        discussion: """
            EXAMPLES
              lia explore label 8 nod --range -2..3
              lia explore label 6 "close the eyes" --model vox
              lia explore label 8 --remove
              lia explore label

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

    @Flag(help: "Forget the direction's name and range.")
    var remove = false

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
        if direction == nil, range != nil || remove {
            throw ValidationError("Say which direction, such as: lia explore label 8 nod.")
        }
        if direction != nil, name == nil, range == nil, !remove {
            throw ValidationError("Give a name, --range or --remove, such as: lia explore label 8 nod.")
        }
        if remove, name != nil || range != nil { throw ValidationError("--remove takes no name and no --range.") }
    }

    func run() throws {
        let model = try model.load()
        var names = try DirectionNames(of: model)
        var changed: Int?
        if let direction {
            let number = try names.number(of: direction)
            if remove {
                try names.set(number, name: nil, range: nil)
            } else {
                // What is not given stays.
                try names.set(
                    number, name: name ?? names.name(of: number), range: range.map { $0.low...$0.high } ?? names.range(of: number))
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
            Output.remark("\(FileError.printable(model.name)): direction \(Self.line(changed, names))", result: names.folder)
        } else if names.entries.isEmpty {
            Output.line("\(FileError.printable(model.name)): none of the \(names.count) directions has a name yet")
        } else {
            for entry in names.entries { Output.line(Self.line(entry.number, names)) }
        }
    }

    /// "8 nod, useful from -2 to 3".
    private static func line(_ number: Int, _ names: DirectionNames) -> String {
        let range = names.range(of: number).map { String(format: "useful from %g to %g", $0.lowerBound, $0.upperBound) }
        return FileError.printable([names.label(of: number), range].compactMap { $0 }.joined(separator: ", "))
    }
}
