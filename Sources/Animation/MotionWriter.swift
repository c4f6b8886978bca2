import Files
import Foundation
import Tensors

/// Writes a motion file: JSON with a header and, a line each, the frames' times and magnitudes. Frames are written as they come;
/// the file appears whole, by `finish()`, or not at all.
///
/// Numbers have as many digits as lead back to the same float32.
public final class MotionWriter {
    /// The path as the user gave it.
    public let path: String
    private let output: StagedOutput
    private let descriptor: Int32
    private let directions: Int
    private var waiting: [UInt8] = []
    private var lastTime: Int64?

    /// Begins a file; its place is checked at once.
    ///
    /// - Throws: `FileError` (output) when the place exists or cannot be written.
    public init(path: String, header: MotionHeader, overwrite: Bool = false) throws {
        self.path = path
        directions = header.directions
        output = try StagedOutput(path: path, overwrite: overwrite)
        descriptor = open(output.temporaryPath, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let model = String(decoding: try encoder.encode(header.model), as: UTF8.self)
        waiting +=
            """
            {
              "format": "\(MotionHeader.format)", "format_version": \(MotionHeader.formatVersion),
              "model": \(model), "directions": \(header.directions),
              "width": \(header.width), "height": \(header.height),
              "frame_rate": "\(header.frameRate)", "time_base": "\(header.timeBase)",
              "frames": [
            """.utf8
    }

    deinit { close(descriptor) }

    /// Adds a frame.
    ///
    /// - Parameter code: (1, code values), the frame's latent code z; left out where nil. Nothing that reads the file needs it.
    /// - Throws: `FileError` (output) when it cannot be written, (input) when a value is not finite.
    public func write(_ frame: MotionFrame, code: Tensor? = nil) throws {
        precondition(frame.magnitudes.count == directions, "a frame has a magnitude for every direction")
        precondition(lastTime.map { frame.time > $0 } ?? true, "the frames' times increase")
        guard frame.magnitudes.isFinite, code?.isFinite ?? true else {
            throw FileError(.input, path, "not written, because the model gave a value that is no finite number")
        }
        var line = lastTime == nil ? "\n" : ",\n"
        line += "    {\"time\": \(frame.time), \"duration\": \(frame.duration), \"magnitudes\": \(Self.list(frame.magnitudes))"
        if let code { line += ", \"code\": \(Self.list(code))" }
        line += "}"
        lastTime = frame.time
        waiting += line.utf8
        if waiting.count > 1 << 16 { try flush() }
    }

    /// "[1.5, -2.0]".
    private static func list(_ tensor: Tensor) -> String { "[" + tensor.values.map(\.description).joined(separator: ", ") + "]" }

    private func flush() throws {
        try StagedOutput.append(waiting, to: descriptor, for: path)
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes the rest and puts the file in its place.
    ///
    /// - Throws: `FileError` (output) when there was no frame, or the file cannot be written or put in its place.
    public func finish() throws {
        guard lastTime != nil else { throw FileError(.output, path, "not written, because there was no frame") }
        waiting += "\n  ]\n}\n".utf8
        try flush()
        try output.commit()
    }
}
