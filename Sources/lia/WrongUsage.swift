import ArgumentParser
import Files

/// What is wrong with a command line, in one line, where ArgumentParser takes several.
enum WrongUsage {
    /// - Parameters:
    ///   - words: the arguments, without the program's name.
    ///   - brief: ArgumentParser's message alone.
    ///   - full: the same with what it adds, a line each: the option's help, the usage, and where more help is.
    /// - Returns: what was found, what is expected, and where more help is.
    static func sentence(_ words: [String], brief: String, full: String) -> String {
        var text = brief.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        while text.last == "." { text.removeLast() }
        text = text.replacingOccurrences(of: ". Please provide one of", with: "; expected one of")
        text = text.replacingOccurrences(of: ": It wants", with: ": expected")
        let lines = full.components(separatedBy: "\n")
        if text.hasSuffix(">'"), text.hasPrefix("The value"), let expected = expected(lines) { text += ": expected " + expected }
        if let hint = dashHint(words, text) { text += hint }
        if let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase == true {
            text = first.lowercased() + text.dropFirst()
        }
        var help = lines.last { $0.contains("See '") }?.components(separatedBy: "'").dropFirst().first ?? "lia --help"
        // What a command finds out while it runs is told of the whole program.
        let commands = Program.configuration.subcommands.map { $0._commandName }
        if help == "lia --help", let command = words.first, commands.contains(command) { help = "lia \(command) --help" }
        return FileError.printable("\(text); '\(help)' tells more")
    }

    /// The option that is followed by an empty word, or ends in an equals sign; nil where there is none.
    static func optionWithEmptyValue(_ words: [String]) -> String? {
        if let place = words.dropFirst().firstIndex(of: ""), words[place - 1].hasPrefix("-") { return words[place - 1] }
        return words.dropFirst().first { $0.hasPrefix("--") && $0.firstIndex(of: "=") == $0.indices.last }.map { String($0.dropLast()) }
    }

    /// What the option takes, of "Help:  --frames <A..B>  Driving frames, counted from 1."
    private static func expected(_ lines: [String]) -> String? {
        guard let line = lines.first(where: { $0.hasPrefix("Help: ") }) else { return nil }
        let parts = line.dropFirst("Help: ".count).trimmingCharacters(in: .whitespaces).components(separatedBy: "  ")
        guard let name = parts.first?.components(separatedBy: " ").last, parts.count > 1 else { return nil }
        var text = parts.dropFirst().joined(separator: " ")
        while text.last == "." { text.removeLast() }
        return "\(name) (\(text))"
    }

    /// How a value that begins with a dash is given, where one was taken for an option.
    private static func dashHint(_ words: [String], _ text: String) -> String? {
        guard text.hasPrefix("Missing value for '") else { return nil }
        let name = text.components(separatedBy: "'")[1].components(separatedBy: " ")[0]
        guard let place = words.firstIndex(of: name), place + 1 < words.count, words[place + 1].hasPrefix("-") else { return nil }
        return "; a value that begins with a dash is written \(name)=\(words[place + 1])"
    }
}
