import Foundation
import Operators

/// An operator profile as lines of text: the operators that took the most time, first.
enum ProfileTable {
    /// Operators of less than this fraction of the time are summed up in a last line.
    private static let least = 0.002

    static func lines(_ entries: [OperatorProfile.Entry]) -> [String] {
        let total = entries.reduce(0) { $0 + $1.seconds }
        func line(_ name: String, _ calls: Int, _ seconds: Double, _ operations: Double, _ bytes: Double) -> String {
            // Padded by characters, not by bytes, which × and → have several of.
            name + String(repeating: " ", count: max(1, 48 - name.count))
                + String(
                    format: "%7d  %8.3f s  %5.1f %%  %7.1f GFLOP/s  %6.1f GB/s", calls, seconds, 100 * seconds / max(total, 1e-12),
                    operations / max(seconds, 1e-12) * 1e-9, bytes / max(seconds, 1e-12) * 1e-9)
        }
        let title = "operator" + String(repeating: " ", count: 40) + "  calls        time    share            speed        memory"
        let shown = entries.filter { $0.seconds >= least * total }, rest = entries.filter { $0.seconds < least * total }
        var lines = [title] + shown.map { line($0.name, $0.calls, $0.seconds, $0.operations, $0.bytes) }
        func sum(_ value: (OperatorProfile.Entry) -> Double) -> Double { rest.reduce(0) { $0 + value($1) } }
        if !rest.isEmpty {
            lines.append(
                line("\(rest.count) others", rest.reduce(0) { $0 + $1.calls }, sum(\.seconds), sum(\.operations), sum(\.bytes)))
        }
        return lines
    }
}
