import ArgumentParser
import Files

/// Standard input and output in the place of files: "-".
struct StreamOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Writes the result to standard output, as --output - says: mp4, mov, mkv, webm, gif, png, jpg, webp, bmp, tiff; motion as "
                + "json. Messages then go to standard error.", valueName: "format"))
    var format: String?

    private static let formats = ["mp4", "mov", "mkv", "webm", "gif", "png", "jpg", "webp", "bmp", "tiff", "json"]

    /// Where to write: standard output for "-".
    ///
    /// - Parameter example: the format to name where none is given.
    /// - Throws: `ValidationError` for "-" without a format, and a format without "-"; `FileError` (output) when standard output is closed.
    func output(_ path: String, example: String = "mp4") throws -> String {
        if PipedOutput.isMeant(by: path) {
            guard !StandardStreams.outputWasClosed else {
                throw FileError(.output, "standard output", "is closed, and the result was to go there; name a file")
            }
            Output.giveWay(to: path)
            return path
        }
        guard path == "-" else {
            guard format == nil else { throw ValidationError("--format goes with --output -; the extension of \(path) says its format.") }
            return path
        }
        guard let format else { throw ValidationError("--output - wants --format, such as --format \(example).") }
        guard Self.formats.contains(format) else {
            throw ValidationError("--format wants one of \(Self.formats.joined(separator: ", ")), found \(format).")
        }
        return try output("-.\(format)")
    }

    /// What to read: standard input for "-".
    ///
    /// - Throws: `FileError` (input) when it cannot be read; `ValidationError` when it is read already.
    static func input(_ path: String) throws -> String {
        guard path == "-" else { return path }
        guard PipedInput.path == nil else { throw ValidationError("Only one input can be standard input (-).") }
        return try PipedInput.open()
    }
}
