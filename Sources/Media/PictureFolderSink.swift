import Files
import Foundation

/// A folder of `frame-000001.png`, `frame-000002.png`, …
final class PictureFolderSink: FrameSink {
    private let folder: String
    private let path: String
    private let metadata: MediaMetadata
    private let encoder: PictureEncoder
    private var count = 0

    init(folder: String, path: String, width: Int, height: Int, metadata: MediaMetadata) throws {
        self.folder = folder
        self.path = path
        self.metadata = metadata
        encoder = try PictureEncoder(.png, width: width, height: height, path: path)
    }

    /// Whether a file's name is one that this sink gives.
    static func isFrameName(_ name: String) -> Bool {
        guard name.hasPrefix("frame-"), name.hasSuffix(".png") else { return false }
        let digits = name.dropFirst(6).dropLast(4)
        return digits.count >= 6 && digits.utf8.allSatisfy { (48...57).contains($0) }
    }

    func write(_ picture: Picture, time: Int64, duration: Int64) throws {
        count += 1
        let digits = String(count)
        let name = "frame-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).png"
        let bytes = PNGText.insert(metadata, into: try encoder.encode(picture))
        try OutputBytes.write(bytes, to: (folder as NSString).appendingPathComponent(name), for: path)
    }

    func finish() throws {}
}
