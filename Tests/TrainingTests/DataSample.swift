import Files
import Foundation
import Media
import TestSupport
import Training

/// Small data sets of pictures that are all different.
enum DataSample {
    /// A picture that no other `number` below 200 has.
    static func picture(_ number: Int, size: Int) -> Picture {
        Picture(width: size, height: size) { pixels in
            for index in pixels.indices { pixels[index] = UInt8(truncatingIfNeeded: index &* 7 &+ number &* 31 &+ index / 5) }
        }
    }

    /// Writes clips of so many frames, numbered through; one frame makes a photo. Names are "clip0", "clip1", …
    static func write(_ path: String, size: Int = 16, clips: [(identity: String, count: Int)]) throws {
        var number = 0
        try write(path, size: size, clips: clips) { _, _ in
            defer { number += 1 }
            return picture(number, size: size)
        }
    }

    /// Writes clips whose frames `frame` gives, by clip and frame within it.
    static func write(
        _ path: String, size: Int, clips: [(identity: String, count: Int)], frame: (Int, Int) -> Picture
    ) throws {
        let writer = try DatasetWriter(path: path, size: size)
        for (index, clip) in clips.enumerated() {
            writer.begin(
                name: "clip\(index)", identity: clip.identity, source: "clip\(index).mp4",
                kind: clip.count == 1 ? .photo : .video)
            for place in 0..<clip.count { try writer.append(frame(index, place)) }
            writer.end(framesPerSecond: clip.count == 1 ? 0 : 12.5)
        }
        try writer.finish()
    }

    /// The text of the `FileError` that `body` throws; another text when it throws none.
    static func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch let error as FileError {
            return "\(error.side == .input ? "" : "output ")\(error.description)"
        } catch {
            return "another error: \(error)"
        }
    }
}
