import Files
import Foundation

/// What the command says: results on standard output, remarks on standard error.
enum Output {
    /// Shown at once, also where the output is a file that somebody watches.
    static func line(_ text: String) {
        print(text)
        fflush(stdout)
    }

    /// - Throws: `FileError` (output) when something that was said could not be written, such as to a full disk.
    static func finish() throws {
        if fflush(stdout) != 0 || ferror(stdout) != 0 { throw FileError.cannotWrite("standard output") }
    }

    static func note(_ text: String) { FileHandle.standardError.write(Data("lia: \(text)\n".utf8)) }

    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// "1.2 MB", in powers of ten.
    static func bytes(_ count: Int) -> String {
        var value = Double(count), unit = 0
        let units = ["B", "kB", "MB", "GB"]
        while value >= 999.5, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
        return String(format: unit == 0 ? "%.0f %@" : "%.1f %@", value, units[unit])
    }
}
