import Files
import Foundation

/// A table of jobs: comma-separated values with a head. Fields may be quoted, and hold commas, doubled quotes and line ends then.
struct JobTable {
    /// Options with a value that may be columns.
    static let values = [
        "model", "source", "driving", "output", "mode", "reference", "strength", "set", "only", "without", "frames", "crop", "face", "fit",
        "driving-crop", "driving-face", "preview", "smooth", "size", "region", "eyes", "lips",
        "audio", "mouth-model", "idle", "seed", "refiner",
    ]
    /// Options without one: a field says true or false, or is empty for neither. Of the first there is an opposite, --no-….
    static let switches = ["paste-back", "detail", "stitching"]
    static let flags = ["no-gains", "loop", "align", "no-audio", "close-lips", "keep-eyes", "animal", "adapt-scale", "as-published"]

    let rows: [BatchRow]

    /// - Throws: `FileError` (input) for a file that cannot be read, an unknown or missing column, a line with other fields than the head, or
    ///   an output that two lines name.
    init(_ path: String) throws {
        let file = try MappedFile(path: path)
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw FileError(.input, path, "expected a table as UTF-8 text; save it as CSV, UTF-8")
        }
        withExtendedLifetime(file) {}
        var lines = try Self.records(text.first == "\u{FEFF}" ? String(text.dropFirst()) : text, path)
        guard !lines.isEmpty else { throw FileError(.input, path, "expected a line of column names, found an empty file") }
        let head = lines.removeFirst().fields.map { $0.trimmingCharacters(in: .whitespaces) }
        let known = Set(Self.values + Self.switches + Self.flags)
        for (separator, name) in [(";", "semicolons"), ("\t", "tabs")] where head.count == 1 && head[0].contains(separator) {
            throw FileError(.input, path, "expected columns with commas between them, found \(name); save it with commas")
        }
        if let column = head.first(where: { !known.contains($0) }) {
            throw FileError(
                .input, path,
                "has an unknown column \"\(column)\"; known are \((Self.values + Self.switches + Self.flags).joined(separator: ", "))")
        }
        if let column = head.first(where: { name in head.filter { $0 == name }.count > 1 }) {
            throw FileError(.input, path, "has the column \(column) twice")
        }
        for needed in ["source", "output"] where !head.contains(needed) {
            throw FileError(.input, path, "has no column \(needed)")
        }
        guard !lines.isEmpty else { throw FileError(.input, path, "has a head and no jobs; add a line for each") }
        rows = try lines.map { line in
            let place = "\(path), line \(line.number)"
            guard line.fields.count == head.count else {
                throw FileError(.input, place, "has \(line.fields.count) fields, and the head \(head.count)")
            }
            return try Self.row(place, Dictionary(uniqueKeysWithValues: zip(head, line.fields)))
        }
        var outputs: [String: String] = [:]
        for row in rows {
            if let other = outputs.updateValue(row.place, forKey: row.output) {
                throw FileError(.input, row.place, "names the same output as \(other): \(row.output)")
            }
        }
    }

    private static func row(_ place: String, _ fields: [String: String]) throws -> BatchRow {
        var arguments: [String] = []
        for (column, field) in fields.sorted(by: { $0.key < $1.key }) where !field.isEmpty {
            if ["source", "driving", "output"].contains(column) { continue }
            guard !values.contains(column) else {
                arguments.append("--\(column)=\(field)")
                continue
            }
            switch field.lowercased() {
            case "true", "yes", "1": arguments.append("--\(column)")
            case "false", "no", "0": if switches.contains(column) { arguments.append("--no-\(column)") }
            default: throw FileError(.input, place, "wants true, false or nothing for \(column), not \"\(field)\"")
            }
        }
        guard let source = fields["source"], let output = fields["output"], !source.isEmpty, !output.isEmpty else {
            throw FileError(.input, place, "names no source or no output")
        }
        let driving = fields["driving"].flatMap { $0.isEmpty ? nil : $0 }
        return BatchRow(place: place, source: source, driving: driving, output: output, arguments: arguments)
    }

    /// The lines' fields; empty lines are left out.
    private static func records(_ text: String, _ path: String) throws -> [(number: Int, fields: [String])] {
        var records: [(Int, [String])] = [], fields: [String] = [], field = "", isQuoted = false, wasQuoted = false
        var line = 1, start = 1
        func endRecord() {
            fields.append(field)
            if fields != [""] || wasQuoted { records.append((start, fields)) }
            (fields, field, wasQuoted, start) = ([], "", false, line)
        }
        var characters = text.makeIterator(), pending: Character?
        while let character = pending ?? characters.next() {
            pending = nil
            if character.isNewline { line += 1 }
            if isQuoted {
                if character != "\"" {
                    field.append(character)
                } else if let next = characters.next() {
                    if next == "\"" { field.append(next) } else { (isQuoted, pending) = (false, next) }
                } else {
                    isQuoted = false
                }
            } else if character == "\"", field.isEmpty {
                (isQuoted, wasQuoted) = (true, true)
            } else if character == "," {
                fields.append(field)
                field = ""
            } else if character.isNewline {
                endRecord()
            } else {
                field.append(character)
            }
        }
        guard !isQuoted else { throw FileError(.input, "\(path), line \(start)", "has a quote that does not end") }
        endRecord()
        return records
    }
}
