import Checkpoints
import Files
import Foundation
import Media

/// Writes a data set frame by frame, as `Dataset` reads it. The file appears whole, by `finish()`, or not at all.
public final class DatasetWriter {
    /// The path as the user gave it.
    public let path: String
    /// The side of every frame, in pixels.
    public let size: Int
    /// The frames written so far, those of the open clip included.
    public private(set) var frameCount = 0

    private let output: StagedOutput
    private let descriptor: Int32
    private var clips: [Dataset.Clip] = []
    private var names: Set<String> = []
    private var open: Dataset.Clip?
    private var finished = false

    /// Room for the header of some 400 clips, before the first frame. Frames are moved once where it is not enough.
    private static let reservedHeader = 1 << 16
    /// The most that safetensors readers accept.
    private static let largestHeader = 100_000_000

    /// Begins a file; its place is checked at once.
    ///
    /// - Parameters:
    ///   - size: the side of every frame, in pixels; at least 2.
    ///   - overwrite: true where an existing file may be replaced.
    /// - Throws: `FileError` (output) when the place exists or cannot be written.
    public init(path: String, size: Int, overwrite: Bool = false) throws {
        precondition((2...8192).contains(size), "frames of \(size) pixels")
        self.path = path
        self.size = size
        output = try StagedOutput(path: path, overwrite: overwrite)
        descriptor = Foundation.open(output.temporaryPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
    }

    deinit { close(descriptor) }

    /// How many frames the open clip has; 0 when none is open.
    public var clipFrameCount: Int { open.map { frameCount - $0.first } ?? 0 }

    /// Whether a clip has this name.
    func isTaken(_ name: String) -> Bool { names.contains(name) }

    /// True while a clip is open.
    public var isInClip: Bool { open != nil }
    /// True while a photo is open.
    public var isInPhoto: Bool { open?.kind == .photo }

    /// Begins a clip, after the one before has ended.
    ///
    /// - Parameters:
    ///   - name: not empty, and not used before.
    ///   - identity: who is seen; not empty.
    ///   - source: the name of the file that it comes from, without its path.
    public func begin(name: String, identity: String, source: String, kind: Dataset.Clip.Kind) {
        precondition(open == nil && !finished, "a clip begins after another's end")
        precondition(!name.isEmpty && !identity.isEmpty, "a clip has a name and an identity")
        precondition(!names.contains(name), "the name '\(name)' is taken")
        open = Dataset.Clip(
            name: name, identity: identity, first: frameCount, count: 0, framesPerSecond: 0, source: source, kind: kind)
    }

    /// Adds a frame to the open clip.
    ///
    /// - Parameter picture: exactly `size` pixels on a side.
    /// - Throws: `FileError` (output) when it cannot be written, such as on a full disk.
    public func append(_ picture: Picture) throws {
        precondition(open != nil, "a frame belongs to a clip")
        precondition(picture.width == size && picture.height == size, "a frame has \(size)×\(size) pixels")
        try picture.pixels.withUnsafeBytes { try write($0, at: Self.reservedHeader + frameCount * size * size * 3) }
        frameCount += 1
    }

    /// Ends the open clip.
    ///
    /// - Parameter framesPerSecond: the rate of the clip's frames; 0 where there is none.
    /// - Precondition: it has frames, a photo just one.
    public func end(framesPerSecond: Double = 0) {
        guard let clip = open else { preconditionFailure("no clip to end") }
        let count = clipFrameCount
        precondition(count == 1 || count > 1 && clip.kind == .video, "\(count) frames in a \(clip.kind)")
        precondition(framesPerSecond.isFinite && framesPerSecond >= 0, "\(framesPerSecond) frames a second")
        clips.append(
            Dataset.Clip(
                name: clip.name, identity: clip.identity, first: clip.first, count: count,
                framesPerSecond: framesPerSecond, source: clip.source, kind: clip.kind))
        names.insert(clip.name)
        open = nil
    }

    /// Takes the open clip back, its frames included.
    public func abandon() {
        guard let clip = open else { preconditionFailure("no clip to take back") }
        frameCount = clip.first
        open = nil
    }

    /// Writes the index and puts the file in its place.
    ///
    /// - Returns: the clips, and the file's size in bytes.
    /// - Throws: `FileError` (output) when the file cannot be written or put in its place; nothing remains then.
    /// - Precondition: there is a clip, and all have ended.
    @discardableResult
    public func finish() throws -> (clips: [Dataset.Clip], bytes: Int) {
        precondition(open == nil && !finished && !clips.isEmpty, "a data set of ended clips is finished once")
        finished = true
        let text = try header()
        guard text.count <= Self.largestHeader else {
            throw FileError(.output, path, "has too many clips for one file (\(clips.count)); divide them")
        }
        var start = Self.reservedHeader
        if 8 + text.count > start {
            let needed = (8 + text.count + 4095) / 4096 * 4096
            try moveFrames(from: start, to: needed)
            start = needed
        }
        var head = UInt64(start - 8).littleEndianBytes + text
        head += [UInt8](repeating: 0x20, count: start - head.count)
        try head.withUnsafeBytes { try write($0, at: 0) }
        let bytes = start + frameCount * size * size * 3
        // Cuts off what a clip that was taken back has left behind the last frame.
        guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw FileError.cannotWrite(path) }
        try output.commit()
        return (clips, bytes)
    }

    /// The safetensors header, without its length and padding.
    private func header() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let index = String(decoding: try encoder.encode(clips), as: UTF8.self)
        let quoted = String(decoding: try encoder.encode(index), as: UTF8.self)
        let text = """
            {"__metadata__":{"index":\(quoted),"lia_dataset":"\(Dataset.version)"},"\(Dataset.tensorName)":\
            {"data_offsets":[0,\(frameCount * size * size * 3)],"dtype":"U8","shape":[\(frameCount),\(size),\(size),3]}}
            """
        return Array(text.utf8)
    }

    /// Moves all frames to a later place, the last first, so that none is overwritten before it is read.
    private func moveFrames(from old: Int, to new: Int) throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 22)
        var end = frameCount * size * size * 3
        while end > 0 {
            let count = min(chunk.count, end)
            end -= count
            try chunk.withUnsafeMutableBytes { buffer in
                var got = 0
                while got < count {
                    let read = pread(descriptor, buffer.baseAddress! + got, count - got, off_t(old + end + got))
                    if read < 0, errno == EINTR { continue }
                    guard read > 0 else { throw FileError.cannotWrite(path) }
                    got += read
                }
                try write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), at: new + end)
            }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(position + done))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileError.cannotWrite(path) }
            done += written
        }
    }
}
