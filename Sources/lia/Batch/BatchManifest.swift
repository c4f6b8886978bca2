import Files
import Foundation

/// What became of the jobs of a batch, written while it runs.
struct BatchManifest: Codable {
    enum State: String, Codable {
        case waiting, done, skipped, failed
    }

    struct Job: Codable {
        let source: String
        let driving: String?
        let output: String
        var state = State.waiting
        /// Frames written, and seconds taken; nil where nothing was.
        var frames: Int?
        var seconds: Double?
        /// One line; nil where nothing is wrong.
        var error: String?
        /// What was decided, and what else is worth knowing; nil where there is nothing.
        var notes: [String]?
        var warnings: [String]?
    }

    /// What tells a manifest from other JSON.
    private static let format = "lia-batch"
    let format: String
    var jobs: [Job]
    /// Files of folders that no job takes; nil for a table.
    let leftOut: [LeftOutFile]?

    enum CodingKeys: String, CodingKey {
        case format, jobs
        case leftOut = "left_out"
    }

    init(_ rows: [BatchRow], leftOut: [LeftOutFile]?) {
        (format, self.leftOut) = (Self.format, leftOut)
        jobs = rows.map { Job(source: $0.source, driving: $0.driving, output: $0.output) }
    }

    /// The manifest of a run before; nil where none is there.
    ///
    /// - Throws: `FileError` (output) where something else stands there, which would be lost.
    static func before(_ path: String) throws -> BatchManifest? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let old = FileManager.default.contents(atPath: path), let manifest = try? JSONDecoder().decode(Self.self, from: old),
            manifest.format == format
        else { throw FileError(.output, path, "stands where the batch's manifest is to be written; choose another place by --manifest") }
        return manifest
    }

    func write(to path: String) throws {
        try StagedOutput.write(try ReportText.json(self), to: path, overwrite: true)
    }
}
