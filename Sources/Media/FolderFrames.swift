import Files
import Foundation

/// The pictures of a folder as frames, in the natural order of their names (`frame2` before `frame10`).
final class FolderFrames: FrameSource {
    let width: Int
    let height: Int
    let frameRate: Rational
    private let paths: [String]
    private var index = 0
    private var first: Picture?

    var timeBase: Rational { frameRate.inverse }
    var frameCount: Int? { paths.count }
    var isStill: Bool { paths.count == 1 }
    /// Which files of the folder are no frames.
    private var leftOut: String?
    /// What was wrong with pictures that were read, by their names.
    private var remarks: [(name: String, text: String)] = []
    var warning: String? {
        var parts = leftOut.map { [$0] } ?? []
        if let first = remarks.first {
            let more = remarks.count - 1
            parts.append((isStill ? "" : "\(first.name): ") + first.text + (more > 0 ? " (and \(more) more remarks)" : ""))
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// - Throws: `FileError` (input) when the folder cannot be read, holds no picture, or its first picture is damaged.
    convenience init(folder: String, framesPerSecond: Double) throws {
        let listing = try FolderListing(folder)
        var paths: [String] = [], leftOut = listing.others
        for name in listing.names.sorted(by: Self.precedes) {
            let path = (folder as NSString).appendingPathComponent(name)
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { continue }
            if Self.isPicture(path) { paths.append(path) } else { leftOut.append(name) }
        }
        guard !paths.isEmpty else {
            throw FileError(
                .input, folder, "expected a folder of pictures, found none in it; name a folder of PNG or JPEG files")
        }
        try self.init(paths: paths, framesPerSecond: framesPerSecond)
        guard !leftOut.isEmpty else { return }
        let named = leftOut.sorted().prefix(5).joined(separator: ", "), more = leftOut.count - 5
        self.leftOut = "left out of the frames, because no picture can be read there: \(named)" + (more > 0 ? " and \(more) more" : "")
    }

    /// - Throws: `FileError` (input) when the first picture cannot be read.
    init(paths: [String], framesPerSecond: Double) throws {
        self.paths = paths
        frameRate = Rational(framesPerSecond)
        let name = (paths[0] as NSString).lastPathComponent
        var found: [(String, String)] = []
        let first = try Picture.read(paths[0]) { found.append((name, $0)) }
        width = first.width
        height = first.height
        self.first = first
        remarks = found
    }

    func next() throws -> VideoFrame? {
        guard index < paths.count else { return nil }
        let path = paths[index]
        let picture = try first ?? Picture.read(path) { [self] in remarks.append(((path as NSString).lastPathComponent, $0)) }
        first = nil
        defer { index += 1 }
        return VideoFrame(picture: picture, time: Int64(index), duration: 1)
    }

    func skip() throws -> Bool {
        guard index < paths.count else { return false }
        first = nil
        index += 1
        return true
    }

    /// A file is a frame when its content or its name says so: a damaged frame is not passed over in silence.
    private static func isPicture(_ path: String) -> Bool {
        if PictureSignature.extensions.contains((path as NSString).pathExtension.lowercased()) { return true }
        if (try? Picture.signature(ofFile: path)) ?? nil != nil { return true }
        return MediaKind(ofFile: path) == .picture
    }

    /// Runs of digits are compared as numbers, everything else by its bytes.
    static func precedes(_ left: String, _ right: String) -> Bool {
        var a = Array(left.utf8)[...]
        var b = Array(right.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        while let x = a.first, let y = b.first {
            if isDigit(x), isDigit(y) {
                let m = a.prefix(while: isDigit).drop { $0 == 48 }
                let n = b.prefix(while: isDigit).drop { $0 == 48 }
                if m.count != n.count { return m.count < n.count }
                if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
                a = a.drop(while: isDigit)
                b = b.drop(while: isDigit)
            } else {
                if x != y { return x < y }
                a = a.dropFirst()
                b = b.dropFirst()
            }
        }
        return a.isEmpty && b.isEmpty ? left < right : a.isEmpty
    }
}
