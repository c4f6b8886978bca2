import ArgumentParser
import Foundation

/// Prints the manual page, which `make install` puts where `man lia` finds it. Its text is the help of every command.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the manual page of lia and all its commands, for man.", shouldDisplay: false)

    /// Columns of the help texts: what fits beside the page's margin on a terminal of 80.
    private static let columns = 72

    func run() throws { Output.line(Self.page) }

    static var page: String {
        let name = Program.configuration.commandName ?? "lia"
        var lines = [
            ".TH \(name.uppercased()) 1 \"\" \"\(name) \(Program.version)\" \"User Commands\"",
            ".SH NAME", "\(name) \\- \(escaped(Program.configuration.abstract))",
            ".SH SYNOPSIS", ".B \(name)", ".I command", ".RI [ options ]",
            ".SH DESCRIPTION",
        ]
        lines += preformatted(Program.helpMessage(columns: columns))
        for command in Program.configuration.subcommands where command.configuration.shouldDisplay {
            lines += section(command, path: [])
        }
        return lines.joined(separator: "\n")
    }

    private static func section(_ command: ParsableCommand.Type, path: [String]) -> [String] {
        let path = path + [command._commandName]
        let own = [".SH \(escaped(path.joined(separator: " ").uppercased()))"]
            + preformatted(Program.helpMessage(for: command, columns: columns))
        return command.configuration.subcommands.reduce(own) { $0 + section($1, path: path) }
    }

    /// Lines as they are, for troff.
    private static func preformatted(_ text: String) -> [String] {
        [".nf"] + text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) } + [".fi"]
    }

    /// Backslashes and hyphens have meanings of their own, and so has a dot or an apostrophe that begins a line.
    private static func escaped(_ text: String) -> String {
        let line = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}
