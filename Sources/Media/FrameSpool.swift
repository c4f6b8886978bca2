import Files

/// Frames that wait on disk, losslessly compressed.
final class FrameSpool {
    private let file: NamelessFile
    private let path: String
    private let encoder: PictureEncoder
    private var entries: [(time: Int64, size: Int)] = []

    /// - Parameters:
    ///   - temporaryPath: a file of ours; the spool lies on the same disk.
    ///   - path: what errors call it.
    /// - Throws: `FileError` (output).
    init(beside temporaryPath: String, path: String, width: Int, height: Int) throws {
        file = try NamelessFile(beside: temporaryPath, path: path)
        self.path = path
        encoder = try PictureEncoder(.png, width: width, height: height, path: path)
    }

    func add(_ picture: Picture, time: Int64) throws {
        let bytes = try encoder.encode(picture)
        try file.append(bytes)
        entries.append((time, bytes.count))
    }

    /// Calls `body` with each frame, in order.
    func readBack(_ body: (Picture, Int64) throws -> Void) throws {
        var offset = 0
        for entry in entries {
            let bytes = try file.read(from: offset, count: entry.size)
            offset += entry.size
            try body(try Picture.decode(bytes, name: path), entry.time)
        }
    }
}
