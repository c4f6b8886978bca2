import Files
import Media

/// The frames of a source forward, backward, forward again, and so on: 1…n, n…1, 1…n, …. It holds some frames at most: a backward run is
/// read in pieces, from the last to the first.
package final class BackAndForth {
    private let path: String
    private let count: Int
    private let capacity: Int
    private var place = 0
    private var reader: FrameReader?
    /// Of a backward run, the next one last.
    private var piece: [Picture] = []

    /// Bytes that a piece may have.
    private static let pieceBytes = 128 << 20

    /// - Parameters:
    ///   - count: n, how many frames the source has.
    ///   - capacity: how many frames of a backward run are held.
    package init(_ path: String, count: Int, capacity: Int) { (self.path, self.count, self.capacity) = (path, count, capacity) }

    /// - Parameter width, height: of a frame.
    convenience init(_ path: String, count: Int, width: Int, height: Int) {
        self.init(path, count: count, capacity: max(8, Self.pieceBytes / (3 * width * height)))
    }

    /// Which frame of the source, from 0, is shown at a place.
    static func frame(at place: Int, of count: Int) -> Int {
        let turn = place % (2 * count)
        return turn < count ? turn : 2 * count - 1 - turn
    }

    /// The next frame; there is always one.
    ///
    /// - Throws: `FileError` (input) when it cannot be read.
    package func next() throws -> Picture {
        defer { place += 1 }
        let turn = place % (2 * count), index = Self.frame(at: place, of: count)
        if turn < count {
            if turn == 0 { reader = try FrameReader(path) }
            guard let frame = try reader!.next() else { throw Self.shorter(path) }
            return frame.picture
        }
        reader = nil
        if piece.isEmpty {
            let frames = max(0, index + 1 - capacity)...index, pictures = try Self.pictures(of: path, Set(frames))
            piece = frames.map { pictures[$0]! }
        }
        return piece.removeLast()
    }

    /// Some frames of a source, by their numbers from 0.
    ///
    /// - Throws: `FileError` (input) when one cannot be read.
    static func pictures(of path: String, _ frames: Set<Int>) throws -> [Int: Picture] {
        let reader = try FrameReader(path)
        var pictures: [Int: Picture] = [:]
        for index in 0...(frames.max() ?? 0) {
            if frames.contains(index) {
                guard let frame = try reader.next() else { throw shorter(path) }
                pictures[index] = frame.picture
            } else if try !reader.skip() {
                throw shorter(path)
            }
        }
        return pictures
    }

    private static func shorter(_ path: String) -> FileError {
        FileError(.input, path, "has fewer frames than a moment ago; try again when nothing changes it")
    }
}
