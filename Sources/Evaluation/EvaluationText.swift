import Files
import Foundation

/// An evaluation as a table that people read.
public struct EvaluationText {
    private let report: EvaluationReport

    public init(_ report: EvaluationReport) { self.report = report }

    /// Lines, the last without an end.
    public var text: String {
        let frames = report.clips.reduce(0) { $0 + $1.frames }
        var parts = [
            "\(report.task): \(report.clips.count) \(report.clips.count == 1 ? "clip" : "clips"), \(frames) frames of "
                + "\(report.size)×\(report.size); mean over clips [95% by bootstrap]"
        ]
        let measures = Measure.allCases.filter { measure in report.rows.contains { $0.measures[measure.rawValue] != nil } }
        let heads = measures.map { "\(title($0)) \($0.isBetterHigh ? "↑" : "↓")" }
        parts.append(
            Self.narrow(
                [[""] + heads]
                    + report.rows.map { row in
                        [FileError.printable(row.subject.title)] + measures.map { Self.cell(row.measures[$0.rawValue], $0) }
                    }))
        if !report.networks.isEmpty {
            let networks = report.networks.map { network in
                let measure = network.measure == SuppliedNetworks.landmarkMeasure ? "landmarks" : network.measure
                return "\(measure): \(network.network) (\(network.files.joined(separator: ", ")))"
            }
            parts.append(FileError.printable("by supplied networks: " + networks.joined(separator: "; ")))
        }
        if !report.comparisons.isEmpty {
            parts.append(
                "differences on the same clips; * where chance would seldom do it (p < 0.05, signs flipped over clips)"
                    + (report.clips.count < 6 ? "; with fewer than 6 clips it always could" : ""))
            parts.append(
                Self.narrow(
                    [[""] + heads]
                        + report.comparisons.map { comparison in
                            [FileError.printable("\(comparison.first.title) − \(comparison.second.title)")]
                                + measures.map { measure in
                                    let difference = comparison.measures[measure.rawValue]
                                    return Self.cell(difference?.estimate, measure) + (difference?.isSignificant ?? false ? " *" : "  ")
                                }
                        }))
        }
        for table in report.directions { parts.append(Self.directions(table)) }
        if !report.absent.isEmpty {
            let absent = report.absent.map { "\($0.measure), which needs \($0.needs)" }
            parts.append("not measured, for want of a network: " + absent.joined(separator: "; "))
        }
        if !report.notes.isEmpty { parts.append(report.notes.map { "note: \(FileError.printable($0))" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    /// What rests on a network is told by it: distances of identity by its file.
    private func title(_ measure: Measure) -> String {
        guard [.identityDistance, .sourceIdentityDistance].contains(measure),
            let files = report.networks.first(where: { $0.measure == "AED" })?.files
        else { return measure.title }
        return FileError.printable("\(measure.title), \(files[0])")
    }

    /// "0.0316 [0.0290, 0.0343]".
    private static func cell(_ estimate: Estimate?, _ measure: Measure) -> String {
        guard let estimate else { return "–" }
        guard let low = estimate.low, let high = estimate.high else { return measure.text(estimate.mean) }
        return "\(measure.text(estimate.mean)) [\(measure.text(low)), \(measure.text(high))]"
    }

    /// R² in hundredths, and a row for each direction.
    private static func directions(_ table: DirectionTable) -> String {
        func hundredths(_ value: Double?) -> String {
            value.map { String(format: "%.0f", 100 * $0).replacing("-", with: "−") } ?? "–"
        }
        var rows = [["%"] + table.parameters + ["one alone"]]
        rows.append(["all, R²"] + table.predicted.map(hundredths) + [""])
        guard table.isOfDirections else {
            return """
                \(FileError.printable(table.model)): what the motion says of the pose, in hundredths, over \(table.frames) drawings in \
                poses sampled evenly
                R²: predicted linearly by all values of the motion, for people not seen

                \(Self.table(rows.map { Array($0.dropLast()) }))
                """
        }
        for (index, row) in table.squaredCorrelations.enumerated() {
            rows.append(["d\(index + 1), r²"] + row.map { $0 < 0.005 ? "·" : hundredths($0) } + [hundredths(table.disentanglement[index])])
        }
        rows.append(["one alone"] + table.completeness.map(hundredths) + [hundredths(table.meanDisentanglement)])
        return """
            \(FileError.printable(table.model)): what the directions say of the pose, in hundredths, over \(table.frames) drawings in \
            poses sampled evenly
            R²: predicted linearly by all magnitudes, for people not seen; r²: squared correlation of one; one alone: 100 where
            a direction goes with one parameter, or a parameter with one direction, only

            \(Self.table(rows))
            """
    }

    /// A table that has fewer columns than rows: measures stand below each other where they are more than what is measured.
    private static func narrow(_ rows: [[String]]) -> String {
        let columns = rows[0].count
        return table(columns <= rows.count ? rows : (0..<columns).map { column in rows.map { $0[column] } })
    }

    /// Columns side by side, the first to the left, the others to the right.
    static func table(_ rows: [[String]]) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ").trimmingSuffix(" ")
        }.joined(separator: "\n")
    }
}

extension String {
    /// Without what it ends in, however often that stands there.
    fileprivate func trimmingSuffix(_ end: Character) -> String {
        var text = self[...]
        while text.last == end { text.removeLast() }
        return String(text)
    }
}
