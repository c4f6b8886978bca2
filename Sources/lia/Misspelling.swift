import ArgumentParser
import Files
import Foundation

/// What is wrong with a command line in which a command or an option is not known.
///
/// ArgumentParser reports what is missing first, so that --sorce would read as a missing --source.
enum Misspelling {
    /// A command as ArgumentParser describes it.
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { let kind, name: String }

            let names: [Name]?
        }

        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?
        let defaultSubcommand: String?

        /// The names of its options, without dashes, of one kind: "long" or "short"; those of a subcommand that may be left out are its own.
        func options(_ kind: String) -> [String] {
            let own = (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == kind }.map(\.name)
            return own + (subcommands?.first { $0.commandName == defaultSubcommand }?.options(kind) ?? [])
        }
    }

    private struct Program: Decodable { let command: Command }

    /// - Parameter words: the arguments, without the program's name.
    /// - Returns: one line; nil where every command and option is known.
    static func sentence(_ words: [String]) -> String? {
        guard let program = try? JSONDecoder().decode(Program.self, from: Data(lia.Program._dumpHelp().utf8)) else { return nil }
        var command = program.command, path = ["lia"], rest = words[...]
        while let word = rest.first, !word.hasPrefix("-") {
            guard let next = command.subcommands?.first(where: { $0.commandName == word }) else { break }
            (command, path) = (next, path + [word])
            rest = rest.dropFirst()
        }
        if path.count == 1, let word = rest.first, !word.hasPrefix("-") {
            let known = (command.subcommands ?? []).map(\.commandName)
            return "there is no command \(FileError.printable(word))"
                + (NameDistance.meant(by: word, among: known).map { "; did you mean \($0)?" } ?? "; 'lia --help' lists them")
        }
        let known = command.options("long") + ["help", "version"], letters = command.options("short") + ["h"]
        let subject = path.count == 1 ? "the program" : path.dropFirst().joined(separator: " ")
        let list = "; '\(path.joined(separator: " ")) --help' lists them"
        for word in rest.prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
            // A dash and a letter; -1 is a number, and - alone a stream.
            if word.count == 2, let letter = word.last, letter.isLetter, !letters.contains(String(letter)) {
                return "\(subject) has no option -\(letter)" + list
            }
            let name = String(word.dropFirst(2).prefix { $0 != "=" })
            guard word.hasPrefix("--"), !known.contains(name) else { continue }
            let meant = NameDistance.meant(by: name, among: known)
            return "\(subject) has no option --\(FileError.printable(name))" + (meant.map { "; did you mean --\($0)?" } ?? list)
        }
        return nil
    }
}
