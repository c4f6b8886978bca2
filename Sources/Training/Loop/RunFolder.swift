import Files
import Foundation

/// The files of a training run.
public struct RunFolder {
    let path: String

    public init(_ path: String) { self.path = path }

    /// The newest state of the run.
    public var checkpoint: String { file("checkpoint.safetensors") }
    /// The run's settings.
    public var configuration: String { file("configuration.json") }
    var metrics: String { file("metrics.jsonl") }
    private var sheets: String { file("sheets") }

    func sheet(step: Int) -> String { (sheets as NSString).appendingPathComponent(String(format: "step-%06d.png", step)) }

    private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

    /// - Throws: `FileError` (output) when the folder holds files. What a run leaves that was stopped before its first checkpoint counts
    ///   as none.
    func checkNew() throws {
        let existing = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard existing.allSatisfy({ $0 == "sheets" || $0 == "configuration.json" || $0.hasPrefix(".") }) else {
            throw FileError(
                .output, path, "holds files already; pass --resume to go on with a run, or choose another folder")
        }
    }

    /// What a run writes and may find there.
    private var outputs: [String] {
        let drawn = (try? FileManager.default.contentsOfDirectory(atPath: sheets)) ?? []
        return [checkpoint, configuration, metrics] + drawn.map { (sheets as NSString).appendingPathComponent($0) }
    }

    /// Whether there is an event file of `TensorBoardLog`.
    var hasEventFiles: Bool {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).contains { $0.hasPrefix(TensorBoardLog.prefix) }
    }

    /// - Parameter inputs: paths of the files that the run reads, but for its own.
    /// - Throws: `FileError` (output) when one of them would be replaced.
    func protect(_ inputs: [String]) throws { try InputProtection(inputs).check(outputs) }

    /// Removes what runs left that were killed.
    func clearLeftovers() { for folder in [path, sheets] { Leftovers.clear(in: folder) } }

    /// - Throws: `FileError` (output).
    func make() throws {
        clearLeftovers()
        do {
            try FileManager.default.createDirectory(atPath: sheets, withIntermediateDirectories: true)
        } catch {
            throw FileError(.output, path, "the folder cannot be made; choose another place")
        }
    }

    /// - Throws: `FileError` (output).
    func write(_ settings: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StagedOutput.write(try encoder.encode(settings), to: configuration, overwrite: true)
    }

    /// Removes the lines of later steps, which will be written again.
    ///
    /// - Throws: `FileError` (output).
    func dropMetrics(after step: Int) throws {
        struct Line: Decodable { let step: Int }
        guard let text = try? String(contentsOfFile: metrics, encoding: .utf8) else { return }
        let left = text.split(separator: "\n").filter { line in
            (try? JSONDecoder().decode(Line.self, from: Data(line.utf8))).map { $0.step <= step } ?? false
        }
        try StagedOutput.write(left.map { $0 + "\n" }.joined().utf8, to: metrics, overwrite: true)
    }
}
