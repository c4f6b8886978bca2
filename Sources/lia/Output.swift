import ArgumentParser
import Files
import Foundation

/// What the command says: results on standard output, remarks on what it has done there too, messages on standard error.
enum Output {
    /// The first error of standard output; 0 where there was none.
    nonisolated(unsafe) private static var failure: Int32 = 0
    /// Whether something was printed that stands nowhere else.
    nonisolated(unsafe) private static var hasPrintedResult = false
    /// The result that stands beside what is printed; nil where there is none.
    nonisolated(unsafe) private static var result: String?
    private static let lock = NSLock()
    /// The path that stands for standard output where the command's result goes there; what is said goes to standard error then.
    nonisolated(unsafe) private static var pipedResult: String?

    /// Leaves standard output to the command's result.
    ///
    /// - Parameter path: what the program calls it, such as "-.mp4".
    static func giveWay(to path: String) { lock.withLock { pipedResult = path } }

    /// The text with the names that people know in place of the paths that stand for standard input and output.
    private static func named(_ text: String) -> String {
        var text = StagedOutput.visible(text)
        if let pipedResult { text = text.replacingOccurrences(of: pipedResult, with: "standard output") }
        if let input = PipedInput.path { text = text.replacingOccurrences(of: input, with: "standard input") }
        return text
    }

    /// Prints a line that is the command's output, or a part of it.
    ///
    /// - Parameter result: the path of what was written besides; nil where nothing was.
    static func line(_ text: String, result: String? = nil) { print(text, isResult: true, beside: result) }

    /// Prints a line on what was done, which nobody needs to have.
    ///
    /// - Parameter result: the path of what was written; nil where nothing was.
    static func remark(_ text: String, result: String? = nil) { print(text, isResult: false, beside: result) }

    /// Shown at once, also where the output is a file that somebody watches.
    private static func print(_ text: String, isResult: Bool, beside path: String? = nil) {
        lock.withLock {
            let text = named(text)
            if pipedResult != nil {
                _ = StandardStreams.write(text + "\n", to: STDERR_FILENO)
                return
            }
            if isResult { hasPrintedResult = true }
            result = path ?? result
            if failure == 0 { failure = StandardStreams.write(text + "\n", to: STDOUT_FILENO) }
        }
    }

    /// - Throws: `FileError` (output) when something that was said could not be written, such as to a full disk; `ExitCode` when nobody
    ///   reads the command's output to its end. A remark that nobody reads is dropped.
    static func finish() throws {
        let stands = result.map { "; only what was to be printed is lost: \($0) is whole" }
        let lost = hasPrintedResult ? "; what was printed is cut short" : "; a remark is lost"
        if StandardStreams.outputWasClosed {
            guard hasPrintedResult else { return }
            throw FileError(.output, "standard output", "is closed" + (stands ?? ", and the command's output is what it prints"))
        }
        if failure == EPIPE {
            // As a program ends that the signal is left to.
            if hasPrintedResult { throw ExitCode(128 + SIGPIPE) }
            return
        }
        guard failure != 0 else { return }
        let reason =
            failure == ENOSPC || failure == EDQUOT ? "the disk is full" : "cannot be written (\(String(cString: strerror(failure))))"
        throw FileError(.output, "standard output", reason + (stands ?? lost))
    }

    /// Says a line on standard error. A message that nobody can get is dropped.
    static func note(_ text: String) { _ = StandardStreams.write("lia: \(named(text))\n", to: STDERR_FILENO) }

    /// - Parameter result: the path of what was written besides; nil where nothing was.
    static func json(_ report: some Encodable, result: String? = nil, isOneLine: Bool = false) throws {
        let text = try ReportText.json(report, isOneLine: isOneLine)
        print(String(decoding: text.dropLast(), as: UTF8.self), isResult: true, beside: result)
    }

    /// "1.2 MB", in powers of ten.
    static func bytes(_ count: Int) -> String {
        var value = Double(count), unit = 0
        let units = ["B", "kB", "MB", "GB"]
        while value >= 999.5, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
        return String(format: unit == 0 ? "%.0f %@" : "%.1f %@", value, units[unit])
    }
}
