import Animation
import Files
import Foundation

extension AnimationReport {
    /// What was made: "12 frames, 128×128".
    var result: String {
        "\(frames) \(frames == 1 ? "frame" : "frames"), \(width ?? size)×\(height ?? size)"
    }

    /// Prints the warnings and, as one line or as JSON, what was made.
    ///
    /// - Parameter result: what it is, such as "12 frames, 128×128".
    func say(_ result: String, quiet: Bool, json: Bool) throws {
        if !quiet {
            for note in notes { Output.note(FileError.printable(note)) }
            for warning in warnings { Output.note("warning: \(FileError.printable(warning))") }
        }
        if json {
            try Output.json(self, result: output)
        } else if !quiet {
            let rate = Double(frames) / max(seconds.total, 1e-9)
            Output.remark(
                "\(FileError.printable(output)): \(result), "
                    + String(format: "%.1f s of work, %.1f frames/s", seconds.total, rate), result: output)
        }
    }
}
