import Checkpoints
import Files
import Foundation
import Media

/// A prepared data set: frames of 8-bit RGB in one file that is mapped into memory, and an index of the clips that they
/// belong to. Nothing is decoded when a frame is read, and pages come in as they are touched.
///
/// The file is a safetensors file with one tensor, `frames` (N, size, size, 3) of type U8: RGB, rows top to bottom, frame
/// after frame. Its metadata hold `lia_dataset`, the version of this layout, and `index`, the clips as JSON text: an array
/// of objects with `name`, `identity`, `first`, `count`, `frames_per_second`, `source` and `kind` ("video" or "photo").
public final class Dataset: Sendable {
    /// The value of `lia_dataset` that is written and read.
    public static let version = "1"
    /// The name of the only tensor.
    static let tensorName = "frames"

    /// The path as the user gave it.
    public let path: String
    /// The side of every frame, in pixels.
    public let size: Int
    /// In the order of their frames; together they hold every frame once.
    public let clips: [Clip]
    /// The frames of all clips.
    public let frameCount: Int

    private let file: MappedFile
    /// Where the first frame's first byte lies in the file.
    private let start: Int

    /// The bytes of one frame.
    public var frameBytes: Int { size * size * 3 }

    /// Opens a prepared data set; only its header is read.
    ///
    /// - Throws: `FileError` (input) when the file cannot be read, is no safetensors file, is cut short, holds anything
    ///   but square U8 frames, is of another version, or its index does not fit its frames: clips out of range, out of
    ///   order, overlapping, without frames, or with a name twice.
    public init(path: String) throws {
        let file = try MappedFile(path: path)
        let checkpoint = try Checkpoint(bytes: file.bytes, owner: file, name: path)
        func wrong(_ problem: String) -> FileError { FileError(.input, path, problem) }
        guard checkpoint.format == .safetensors, let version = checkpoint.metadata["lia_dataset"] else {
            throw wrong("is not a prepared data set; make one with 'lia prepare'")
        }
        guard version == Self.version else {
            throw wrong(
                "is a data set of version '\(version.prefix(20))', expected \(Self.version); prepare it again")
        }
        guard checkpoint.entries.count == 1, let frames = checkpoint.entry(Self.tensorName) else {
            throw wrong("expected one tensor '\(Self.tensorName)', found \(checkpoint.entries.count) tensors; prepare it again")
        }
        guard frames.scalarType == .uint8 else {
            throw wrong("expected frames of type uint8, found \(frames.scalarType.name); prepare it again")
        }
        let shape = frames.shape
        guard shape.count == 4, shape[0] > 0, shape[1] == shape[2], shape[3] == 3, (2...8192).contains(shape[1]) else {
            throw wrong("expected square RGB frames (N, size, size, 3), found \(shape); prepare it again")
        }
        guard let index = checkpoint.metadata["index"] else {
            throw wrong("has no index of its clips; prepare it again")
        }
        do {
            clips = try JSONDecoder().decode([Clip].self, from: Data(index.utf8))
        } catch {
            throw wrong("its index of clips cannot be read (\(Self.reason(error))); prepare it again")
        }
        if let problem = Self.problem(clips, frameCount: shape[0]) {
            throw wrong("its index of clips is wrong: \(problem); prepare it again")
        }
        self.path = path
        self.file = file
        size = shape[1]
        frameCount = shape[0]
        // The only tensor ends where the file ends; that was checked when the header was read.
        start = file.bytes.count - frames.byteCount
    }

    /// Reads one frame where it lies.
    ///
    /// - Parameters:
    ///   - index: from 0, over all clips.
    ///   - body: gets `size * size * 3` bytes, RGB, top row first; they are valid until it returns.
    public func withFrame<R>(_ index: Int, _ body: (UnsafePointer<UInt8>) throws -> R) rethrows -> R {
        precondition((0..<frameCount).contains(index), "frame \(index) of \(frameCount)")
        return try withExtendedLifetime(file) {
            let first = file.bytes.baseAddress! + start + index * frameBytes
            return try body(first.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// A copy of one frame, `size` pixels on a side.
    public func picture(_ index: Int) -> Picture {
        withFrame(index) { frame in
            Picture(width: size, height: size) { $0.baseAddress!.update(from: frame, count: frameBytes) }
        }
    }

    /// What makes clips not fit `frameCount` frames; nil when they do.
    private static func problem(_ clips: [Clip], frameCount: Int) -> String? {
        var names = Set<String>(), next = 0
        for (index, clip) in clips.enumerated() {
            let title = "clip \(index) ('\(clip.name.prefix(100))')"
            if clip.name.isEmpty || clip.identity.isEmpty { return "\(title) has an empty name or identity" }
            if !names.insert(clip.name).inserted { return "\(title) has the name of another" }
            if clip.first != next { return "\(title) begins at frame \(clip.first), expected \(next)" }
            if clip.count < 1 || clip.count > frameCount - next {
                return "\(title) has \(clip.count) frames, \(frameCount - next) are left"
            }
            if clip.kind == .photo && clip.count != 1 { return "\(title) is a photo of \(clip.count) frames" }
            if !clip.framesPerSecond.isFinite || clip.framesPerSecond < 0 {
                return "\(title) has \(clip.framesPerSecond) frames a second"
            }
            next += clip.count
        }
        return next == frameCount ? nil : "its clips have \(next) frames, the file has \(frameCount)"
    }

    /// What a JSON decoder found wrong, in a few words.
    private static func reason(_ error: Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.keyNotFound(let key, _): return "no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found),
            DecodingError.dataCorrupted(let found):
            context = found
        default: return "damaged"
        }
        guard let key = context.codingPath.last(where: { $0.intValue == nil }) else { return "not the JSON expected" }
        return "an unexpected '\(key.stringValue)'"
    }
}
