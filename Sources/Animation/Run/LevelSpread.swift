import Files
import Foundation
import Media
import Tensors

/// Frames that wait on disk until the least and the largest value of all of them are known, which then become black and white: how the
/// authors' program of LIA stores a result.
final class LevelSpread {
    private let file: NamelessFile
    private var entries: [(time: Int64, duration: Int64)] = []
    private var least: UInt16 = .max, largest: UInt16 = 0
    /// Of a frame, in pixels.
    private let side: Int

    /// - Parameters:
    ///   - output: the result's path; the frames wait on the same disk.
    ///   - side: of a frame, in pixels.
    /// - Throws: `FileError` (output).
    init(output: String, side: Int) throws {
        // A folder's own place, not a place in it.
        let place = output.hasSuffix("/") ? String(output.dropLast()) : output
        file = try NamelessFile(beside: place, path: output)
        self.side = side
    }

    /// - Parameter picture: (1, 3, side, side); what lies beyond [−1, 1] is cut off.
    /// - Throws: `FileError` (output).
    func add(_ picture: Tensor, time: Int64, duration: Int64) throws {
        let levels = picture.values.map { value -> UInt16 in
            // What is no number is black.
            value > -1 ? UInt16(((min(value, 1) + 1) / 2 * 65535).rounded()) : 0
        }
        for level in levels { (least, largest) = (min(least, level), max(largest, level)) }
        try levels.withUnsafeBytes { try file.append(Array($0)) }
        entries.append((time, duration))
    }

    /// Calls `body` with each frame, in order, (value − least) / (largest − least) · 255, truncated.
    func readBack(_ body: (Picture, _ time: Int64, _ duration: Int64) throws -> Void) throws {
        let plane = side * side, scale = 255 / Float(max(1, Int(largest) - Int(least)))
        for (number, entry) in entries.enumerated() {
            let bytes = try file.read(from: number * 6 * plane, count: 6 * plane)
            let picture = bytes.withUnsafeBytes { raw in
                let levels = raw.bindMemory(to: UInt16.self)
                return Picture(width: side, height: side) { pixels in
                    for p in 0..<plane {
                        for channel in 0..<3 {
                            pixels[3 * p + channel] = UInt8(Float(Int(levels[channel * plane + p]) - Int(least)) * scale)
                        }
                    }
                }
            }
            try body(picture, entry.time, entry.duration)
        }
    }
}
