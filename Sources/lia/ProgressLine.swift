import Foundation

/// One line on the terminal that counts what is done: done, total, rate, time left. Silent when standard error is no terminal.
final class ProgressLine {
    private let isShown: Bool
    private let unit: String
    /// When the stage was first shown, and how much of it was done by then.
    private var start = (time: Date(), done: 0)
    private var lastShown = Date.distantPast
    private var stage = ""
    private var width = 0

    /// - Parameter unit: what is counted: "frames".
    init(unit: String, quiet: Bool) {
        self.unit = unit
        isShown = !quiet && isatty(STDERR_FILENO) == 1
    }

    /// Does work that shows a line, and clears it at the end, whatever that is.
    static func during<Result>(_ unit: String, quiet: Bool, _ work: (ProgressLine) throws -> Result) rethrows -> Result {
        let line = ProgressLine(unit: unit, quiet: quiet)
        defer { line.end() }
        return try work(line)
    }

    /// - Parameters:
    ///   - stage: what is being done; the rate is counted anew for each.
    ///   - total: nil when it is not known.
    ///   - remark: what else to say of the work, at the end of the line.
    func show(_ stage: String, done: Int, total: Int?, remark: String? = nil) {
        guard isShown else { return }
        if stage != self.stage {
            (self.stage, start, lastShown) = (stage, (Date(), done), .distantPast)
        }
        let now = Date()
        guard now.timeIntervalSince(lastShown) > 0.1 || done == total else { return }
        lastShown = now
        let seconds = now.timeIntervalSince(start.time)
        var line = "\(stage) \(done)\(total.map { "/\($0)" } ?? "") \(unit)"
        // What was done before, such as the steps of a run that goes on, took none of these seconds.
        if seconds > 0.3, done > start.done {
            let rate = Double(done - start.done) / seconds
            line += String(format: ", %.1f/s", rate)
            if let total, total > done { line += ", \(Self.time(Double(total - done) / rate)) left" }
        }
        if let remark { line += ", \(remark)" }
        print(line)
    }

    /// Clears the line.
    func end() { if isShown && width > 0 { print("") } }

    private func print(_ line: String) {
        let padding = String(repeating: " ", count: max(0, width - line.count))
        _ = StandardStreams.write("\r\(line)\(padding)\(line.isEmpty ? "\r" : "")", to: STDERR_FILENO)
        width = line.count
    }

    static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
