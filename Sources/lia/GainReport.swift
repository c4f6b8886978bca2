import Evaluation
import Files
import Foundation
import ModelLibrary
import Networks

/// What a report of 'lia evaluate --task reconstruction' says of how far parts of faces move in comparison with the true ones, and the gains
/// that make up for it.
struct GainReport {
    private struct Content: Decodable {
        struct Row: Decodable {
            struct Subject: Decodable {
                let model: String?
                let baseline: String?
            }

            struct Estimate: Decodable { let mean: Double }

            let subject: Subject
            let measures: [String: Estimate]
        }

        let task: String
        let rows: [Row]
    }

    /// Directions by the part that they move.
    private static let parts: [(correlation: Measure, slope: Measure, directions: [String])] = [
        (.lidsCorrelation, .lidsSlope, ["blink_left", "blink_right"]), (.lipsCorrelation, .lipsSlope, ["jaw"]),
        (.browsCorrelation, .browsSlope, ["brows"]),
    ]
    /// Where parts of results hardly follow the true ones, making them larger would not make them right.
    private static let leastCorrelation = 0.5
    /// The largest gain; and in what steps gains are stored, which measure no finer.
    private static let most = 3.0, step = 0.05

    private let path: String
    private let content: Content

    /// - Throws: `FileError` (input) when the file is no report of rebuilt clips.
    init(_ path: String) throws {
        self.path = path
        let text = try MappedFile.contents(of: path, upTo: 1 << 28)
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(text)) else {
            throw FileError(.input, path, "is no report of 'lia evaluate --json'")
        }
        guard content.task == "reconstruction" else {
            throw FileError(
                .input, path, "is a report of --task \(FileError.printable(content.task)); gains are measured by --task reconstruction")
        }
        self.content = content
    }

    /// By direction, 1 to 3: the standard deviation of the true movement over that of the result's, which is correlation over slope.
    ///
    /// - Throws: `FileError` (input) when the report is not of the model, or shows no part that moves and whose direction has a name.
    func gains(_ names: DirectionNames, of model: PortraitModel) throws -> [(number: Int, gain: Float)] {
        guard let row = content.rows.first(where: { $0.subject.model == model.name && $0.subject.baseline == nil }) else {
            let models = Set(content.rows.compactMap(\.subject.model)).sorted().joined(separator: ", ")
            throw FileError(
                .input, path, "is a report of \(FileError.printable(models.isEmpty ? "no model" : models)), not of \(model.name)")
        }
        let found = Self.parts.flatMap { part -> [(number: Int, gain: Float)] in
            guard let correlation = row.measures[part.correlation.rawValue]?.mean, let slope = row.measures[part.slope.rawValue]?.mean,
                correlation >= Self.leastCorrelation, slope > 0
            else { return [] }
            let gain = (min(max(correlation / slope, 1), Self.most) / Self.step).rounded() * Self.step
            return part.directions.compactMap { name in (try? names.number(of: name)).map { ($0, Float(gain)) } }
        }
        guard !found.isEmpty else {
            throw FileError(
                .input, path,
                "shows no lids, lips or brows that follow the true ones and whose direction has a name; name directions first "
                    + "('lia explore label --automatic'), and evaluate clips of faces that move, with landmarks")
        }
        return found
    }
}
