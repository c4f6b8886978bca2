import Files
import Foundation
import Media
import Tensors

/// Reads a motion file frame by frame, written by `MotionWriter`, another program or a person.
///
/// Only the frames' magnitudes are needed. Without a time, a frame follows the one before; without a duration, it lasts as long as
/// the frame rate says; without a time base, ticks fit the frame rate.
public final class MotionReader {
    /// The path as the user gave it.
    public let path: String
    public let header: MotionHeader
    /// How many frames there are.
    public let frameCount: Int
    private let file: MappedFile
    private var frames: Frames

    /// The most magnitudes that a frame may have.
    private static let largestCount = 65536
    /// The latest time of a frame, in seconds: some months.
    private static let longest = 1e7

    /// Whether the file's content, whatever its name, is JSON, as no picture or video is.
    ///
    /// A file that cannot be read is no motion; reading it as a video then says why.
    public static func isMotion(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        var beginning = [UInt8](repeating: 0, count: 4096)
        let got = read(descriptor, &beginning, beginning.count)
        guard got > 0 else { return false }
        return beginning.withUnsafeBytes {
            var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: $0[..<got]), offset: start(of: $0))
            return cursor.peek() == UInt8(ascii: "{")
        }
    }

    /// Some editors begin a text with this mark.
    private static func start(of bytes: UnsafeRawBufferPointer) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// Opens a file and reads all of it once, so that everything that is wrong with it is known before work begins.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is cut short, is no motion, or holds a number that is not finite, or
    ///   frames with different numbers of magnitudes, or times that do not increase.
    public init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path: path)
        self.file = file
        defer { withExtendedLifetime(file) {} }
        let bytes = file.bytes
        do {
            var format: String?
            var version: Int64 = MotionHeader.formatVersion
            var model = "", rate = Rational(25, 1), base: Rational?
            var stated: Int64?
            var width: Int64 = 0, height: Int64 = 0
            var place: Int?
            var cursor = JSONCursor(bytes, offset: Self.start(of: bytes))
            try cursor.object { key, cursor in
                switch key {
                case "format": format = try cursor.string()
                case "format_version": version = try cursor.integer()
                case "model": model = try cursor.string()
                case "directions": stated = try cursor.integer()
                case "width": width = try cursor.integer()
                case "height": height = try cursor.integer()
                case "frame_rate": rate = try Self.rational(&cursor, key, 1e-3...1e4)
                case "time_base": base = try Self.rational(&cursor, key, 1e-9...1)
                case "frames":
                    _ = cursor.peek()
                    place = cursor.offset
                    try cursor.skip()
                default: try cursor.skip()
                }
            }
            try cursor.end()
            guard format == MotionHeader.format, let place else {
                throw FileError(
                    .input, path,
                    "is JSON, but no motion: expected \"format\": \"\(MotionHeader.format)\" and \"frames\"; "
                        + "'lia encode' writes such files")
            }
            guard version == MotionHeader.formatVersion else {
                throw FileError(
                    .input, path,
                    "expected format_version \(MotionHeader.formatVersion), found \(version); use the version of lia that wrote it")
            }
            let timeBase = base ?? Rational(1, rate.numerator)
            let step = max(1, Int64((1 / (rate.value * timeBase.value)).rounded()))
            frames = Frames(cursor: JSONCursor(bytes, offset: place), step: step, limit: Int64(Self.longest / timeBase.value))
            var check = frames
            var count = 0, directions: Int?
            while let frame = try check.next() {
                let found = frame.magnitudes.count
                if let directions, directions != found {
                    throw FileError(
                        .input, path, "frame \(count + 1) has \(found) magnitudes and those before it \(directions); mend the file")
                }
                directions = found
                count += 1
            }
            guard let directions else { throw FileError(.input, path, "holds no frames; 'lia encode' writes such files") }
            if let stated, stated != Int64(directions) {
                throw FileError(
                    .input, path, "says \(stated) directions, and its frames have \(directions) magnitudes; mend the file")
            }
            frameCount = count
            header = MotionHeader(
                model: model, directions: directions, frameRate: rate, timeBase: timeBase,
                width: Int(clamping: width), height: Int(clamping: height))
        } catch let problem as JSONCursor.Problem {
            throw FileError(.input, path, "is no whole motion file: \(problem); encode it again with 'lia encode'")
        }
    }

    /// The next frame; nil at the end.
    public func next() -> MotionFrame? {
        defer { withExtendedLifetime(file) {} }
        // All of it was read once.
        return (try? frames.next()).flatMap { $0 }
    }

    /// "30000/1001", "25", or a number, within what videos can be written with.
    private static func rational(
        _ cursor: inout JSONCursor, _ key: String, _ limits: ClosedRange<Double>
    ) throws -> Rational {
        let offset = cursor.offset
        var value: Rational?
        if cursor.peek() == UInt8(ascii: "\"") {
            let parts = try cursor.string().split(separator: "/", omittingEmptySubsequences: false).map { Int32($0) ?? 0 }
            if (1...2).contains(parts.count), parts.allSatisfy({ $0 > 0 }) {
                value = Rational(Int(parts[0]), parts.count == 2 ? Int(parts[1]) : 1)
            }
        } else {
            let number = Double(try cursor.float())
            if limits.contains(number) { value = Rational(number) }
        }
        guard let value, limits.contains(value.value) else {
            throw JSONCursor.Problem("\(key) is no fraction such as \"30000/1001\"", at: offset)
        }
        return value
    }

    /// The elements of the array "frames", one after another.
    private struct Frames {
        var cursor: JSONCursor
        /// Ticks that a frame lasts which does not say it.
        let step: Int64
        /// The latest time and the longest duration, in ticks.
        let limit: Int64
        /// The frame before: when it ends, and when it began.
        var end: Int64 = 0
        var last: Int64?
        var number = 0

        mutating func next() throws -> MotionFrame? {
            if number == 0 { try cursor.beginArray() }
            guard try cursor.nextElement(first: number == 0) else { return nil }
            number += 1
            var magnitudes: [Float]?
            var time = end, duration = step
            try cursor.object { key, cursor in
                switch key {
                case "time": time = try cursor.integer()
                case "duration": duration = try cursor.integer()
                case "magnitudes": magnitudes = try Self.list(&cursor)
                default: try cursor.skip()
                }
            }
            guard let magnitudes, !magnitudes.isEmpty else {
                throw JSONCursor.Problem("frame \(number) has no magnitudes, it ends", at: cursor.offset)
            }
            guard (-limit...limit).contains(time), (0...limit).contains(duration) else {
                throw JSONCursor.Problem("the time of frame \(number) is out of range, it ends", at: cursor.offset)
            }
            guard last.map({ time > $0 }) ?? true else {
                throw JSONCursor.Problem("the time of frame \(number) is not after the one before, it ends", at: cursor.offset)
            }
            (last, end) = (time, time + max(1, duration))
            return MotionFrame(magnitudes: Tensor(magnitudes, [1, magnitudes.count]), time: time, duration: max(1, duration))
        }

        private static func list(_ cursor: inout JSONCursor) throws -> [Float] {
            try cursor.beginArray()
            var values: [Float] = []
            while try cursor.nextElement(first: values.isEmpty) {
                values.append(try cursor.float())
                guard values.count <= MotionReader.largestCount else {
                    throw JSONCursor.Problem("a frame has more than \(MotionReader.largestCount) magnitudes", at: cursor.offset)
                }
            }
            return values
        }
    }
}
