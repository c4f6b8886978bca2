import Files
import Foundation
import Networks

/// What people call a model's controls (the directions of a motion dictionary), and over which range each is useful: the file `directions.json` beside its weights.
///
/// Directions are numbered 1…M everywhere, as in the paper. Names are unique whatever their case, hold at least one letter, and
/// none of what lists and edits are written with ("," and "=").
public struct DirectionNames: Equatable, Sendable {
    /// What is stored of one direction.
    public struct Entry: Codable, Equatable, Sendable {
        /// 1…M.
        public let number: Int
        /// Its name; nil where only a range is known.
        public let name: String?
        /// The useful values of α, lowest first, in units of the direction's magnitude; nil where none are stored.
        public let range: ClosedRange<Float>?
        /// What relative transfer multiplies changes along it by; nil for 1.
        public let gain: Float?

        enum CodingKeys: String, CodingKey {
            case number, name, low, high, gain
        }

        init(number: Int, name: String?, range: ClosedRange<Float>?, gain: Float? = nil) {
            (self.number, self.name, self.range, self.gain) = (number, name, range, gain)
        }

        /// - Throws: `DecodingError`, also for a range that has one end, or whose ends are not finite or in the wrong order.
        public init(from decoder: any Swift.Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            number = try values.decode(Int.self, forKey: .number)
            name = try values.decodeIfPresent(String.self, forKey: .name)
            gain = try values.decodeIfPresent(Float.self, forKey: .gain)
            switch (try values.decodeIfPresent(Float.self, forKey: .low), try values.decodeIfPresent(Float.self, forKey: .high)) {
            case (nil, nil): range = nil
            case (let low?, let high?) where low.isFinite && high.isFinite && low < high: range = low...high
            default:
                throw DecodingError.dataCorruptedError(
                    forKey: .low, in: values, debugDescription: "low and high of direction \(number) are no range")
            }
        }

        public func encode(to encoder: any Swift.Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(number, forKey: .number)
            try values.encodeIfPresent(name, forKey: .name)
            try values.encodeIfPresent(range?.lowerBound, forKey: .low)
            try values.encodeIfPresent(range?.upperBound, forKey: .high)
            try values.encodeIfPresent(gain, forKey: .gain)
        }
    }

    private struct Content: Codable {
        let formatVersion: Int
        let directions: [Entry]

        enum CodingKeys: String, CodingKey {
            case formatVersion = "format_version"
            case directions
        }
    }

    /// The file's name in a model folder.
    public static let fileName = "directions.json"
    /// Version of the file's layout.
    public static let formatVersion = 1
    /// The gains that a direction may have.
    public static let gainRange: ClosedRange<Float> = 0.1...10
    /// The most characters a name may have.
    public static let longestName = 40

    /// The model's controls, M of them, with the names and ranges that the family gives.
    public let controls: [Control]
    /// The model's folder; nil for a bare checkpoint file, beside which no names are stored.
    public let folder: String?
    private var known: [Int: Entry] = [:]

    /// The number of the model's directions, M.
    public var count: Int { controls.count }

    /// The names stored in a model's folder; none when it has no `directions.json` yet.
    ///
    /// - Parameters:
    ///   - modelFolder: its path; nil for a bare checkpoint.
    ///   - controls: the model's.
    /// - Throws: `FileError` (input) when the file cannot be read, is no such JSON, or names directions that the model lacks.
    public init(modelFolder: String?, controls: [Control]) throws {
        (folder, self.controls) = (modelFolder, controls)
        guard let path = modelFolder.map({ ($0 as NSString).appendingPathComponent(Self.fileName) }),
            FileManager.default.fileExists(atPath: path)
        else { return }
        let bytes = try MappedFile.contents(of: path, upTo: 1 << 20)
        let content: Content
        do { content = try JSONDecoder().decode(Content.self, from: Data(bytes)) } catch {
            throw FileError(
                .input, path, "does not hold direction names (\(Self.reason(error))); mend or remove it, then name them again")
        }
        guard content.formatVersion == Self.formatVersion else {
            throw FileError(
                .input, path,
                "expected format_version \(Self.formatVersion), found \(content.formatVersion); "
                    + "use the version of lia that wrote it")
        }
        for entry in content.directions {
            do {
                guard known[entry.number] == nil else { throw DirectionError("direction \(entry.number) stands there twice") }
                try set(entry.number, name: entry.name, range: entry.range)
                try setGain(entry.number, entry.gain)
            } catch let error as DirectionError {
                throw FileError(.input, path, "\(error); mend or remove it")
            }
        }
    }

    private static func reason(_ error: Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
        // The position of a JSON error would be Foundation's words; a range's are our own.
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty: return context.debugDescription
        default: return "it is no JSON"
        }
    }

    /// The names of a model's controls.
    ///
    /// - Throws: `FileError` (input) for a damaged `directions.json`, and for a network that poses no portraits.
    public init(of model: PortraitModel) throws {
        try model.requirePortraits()
        try self.init(modelFolder: model.folder, controls: model.network.controls)
    }

    /// What the file says, or the family where the file says nothing, by number.
    public var entries: [Entry] {
        controls.compactMap { control in
            known[control.number] ?? control.name.map { Entry(number: control.number, name: $0, range: nil) }
        }
    }

    /// The name of direction `number`, 1…M; nil when it has none.
    public func name(of number: Int) -> String? { known[number]?.name ?? control(number)?.name }

    /// The useful values of α for direction `number`, 1…M; nil when none are stored.
    public func range(of number: Int) -> ClosedRange<Float>? { known[number]?.range }

    /// The values of α that a slider offers for direction `number`, 1…M: the useful ones, or those that the family says.
    public func sliderRange(of number: Int) -> ClosedRange<Float>? { range(of: number) ?? control(number)?.range }

    /// What relative transfer multiplies changes along direction `number`, 1…M, by, as far as its useful values go; nil for 1.
    public func gain(of number: Int) -> Float? { known[number]?.gain }

    /// Of all directions, within their ranges; nil where none is stored of any.
    public var gains: [DirectionGain]? {
        if known.values.allSatisfy({ $0.gain == nil }) { return nil }
        return controls.map { control in
            gain(of: control.number).map { DirectionGain($0, limits: range(of: control.number)) } ?? .none
        }
    }

    private func control(_ number: Int) -> Control? { controls.indices.contains(number - 1) ? controls[number - 1] : nil }

    /// What to call direction `number` on a label: "8 nod", or "8".
    public func label(of number: Int) -> String { "\(number)" + (name(of: number).map { " \($0)" } ?? "") }

    /// The direction, 1…M, that a number or a name, in whatever case, stands for.
    ///
    /// - Throws: `DirectionError` that lists what is known.
    public func number(of text: String) throws -> Int {
        let word = text.trimmingCharacters(in: .whitespaces)
        if let number = Self.wholeNumber(word) {
            guard number >= 1, number <= count else {
                throw DirectionError("there is no direction \(word): the model's are numbered 1 to \(count)")
            }
            return number
        }
        if let entry = entries.first(where: { $0.name?.lowercased() == word.lowercased() }) { return entry.number }
        let names = entries.compactMap(\.name)
        throw DirectionError(
            "there is no direction \"\(Self.shortened(word))\": the model's are numbered 1 to \(count), and "
                + (names.isEmpty
                    ? "none has a name yet (see 'lia explore label --help')" : "named \(names.joined(separator: ", "))")
                + NameDistance.question(word, among: names))
    }

    /// Names a direction, or forgets its name and range where both are nil. Its gain stays.
    ///
    /// - Parameters:
    ///   - number: 1…M.
    ///   - name: spaces around it are dropped.
    ///   - range: finite and not empty, in units of the direction's magnitude.
    /// - Throws: `DirectionError` for a number, name or range that cannot be; nothing has changed then.
    public mutating func set(_ number: Int, name: String?, range: ClosedRange<Float>?) throws {
        try check(number)
        let trimmed = name?.trimmingCharacters(in: .whitespacesAndNewlines)
        if let trimmed {
            if let problem = Self.problem(withName: trimmed) {
                throw DirectionError("\"\(Self.shortened(trimmed))\" cannot name a direction: \(problem)")
            }
            if let other = entries.first(where: { $0.number != number && $0.name?.lowercased() == trimmed.lowercased() }) {
                throw DirectionError("direction \(other.number) is called \(trimmed) already; choose another name")
            }
        }
        if let range, !range.lowerBound.isFinite || !range.upperBound.isFinite || range.lowerBound == range.upperBound {
            throw DirectionError("the range of a direction wants two different finite numbers")
        }
        keep(Entry(number: number, name: trimmed, range: range, gain: gain(of: number)))
    }

    /// Stores what relative transfer multiplies changes along a direction by.
    ///
    /// - Parameters:
    ///   - number: 1…M.
    ///   - gain: of `gainRange`; nil, as 1, for none.
    /// - Throws: `DirectionError` for a number or gain that cannot be; nothing has changed then.
    public mutating func setGain(_ number: Int, _ gain: Float?) throws {
        try check(number)
        guard gain.map(Self.gainRange.contains) ?? true else {
            throw DirectionError("the gain of direction \(number) is not from 0.1 to 10")
        }
        keep(Entry(number: number, name: known[number]?.name, range: range(of: number), gain: gain == 1 ? nil : gain))
    }

    private func check(_ number: Int) throws {
        guard number >= 1, number <= count else {
            throw DirectionError("there is no direction \(number): the model's are numbered 1 to \(count)")
        }
    }

    private mutating func keep(_ entry: Entry) {
        known[entry.number] = entry.name == nil && entry.range == nil && entry.gain == nil ? nil : entry
    }

    /// Why a text cannot be a direction's name; nil when it can.
    static func problem(withName name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        // Bytes too: a single character can be made of any number of accents.
        if name.count > longestName || name.utf8.count > 4 * longestName { return "a name has at most \(longestName) characters" }
        for scalar in name.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
                return "it holds a character that cannot be seen"
            default:
                if scalar == "," || scalar == "=" { return "\(scalar) is reserved for lists and edits" }
            }
        }
        if !name.contains(where: \.isLetter) || Float(name) != nil { return "a name is no number and has a letter" }
        return nil
    }

    /// Writes `directions.json` into the model's folder, whole or not at all.
    ///
    /// - Throws: `FileError` (output): the model is a bare checkpoint file, or its folder cannot be written.
    public func write() throws {
        guard let folder else {
            throw FileError(
                .output, Self.fileName,
                "names are stored in a model folder, and this model is a single file; make a folder of it with 'lia convert'")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let noted = known.values.sorted { $0.number < $1.number }
        let text = try encoder.encode(Content(formatVersion: Self.formatVersion, directions: noted)) + Data("\n".utf8)
        let path = (folder as NSString).appendingPathComponent(Self.fileName)
        // The file may be a link to another of the model's.
        let others = [ModelFolder.weightsName, ModelFolder.descriptionName, "README.md"]
        try InputProtection(others.map { (folder as NSString).appendingPathComponent($0) }).check([path])
        do { try StagedOutput.write(text, to: path, overwrite: true) } catch let error as FileError {
            throw FileError(
                .output, path, "\(error.problem); a copy of the model folder in ~/.local/share/lia/models can be named freely")
        }
    }

    /// Digits alone as a number; what has too many stands for one that no model has.
    static func wholeNumber(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }

    /// Enough of what was typed to know it again.
    static func shortened(_ text: String) -> String { text.count > 60 ? "\(text.prefix(60))…" : text }
}
