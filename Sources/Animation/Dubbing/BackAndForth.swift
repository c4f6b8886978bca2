import Files
import Media

/// The frames of a source forward, backward, forward again, and so on: 1…n, n…1, 1…n, …. It holds some frames at most: a backward run is
/// read in pieces, from the last to the first.
package final class BackAndForth {
    private let path: String
    /// The numbers of the source's frames that are shown, from 0 and never falling.
    private let sequence: [Int]
    private let capacity: Int
    private var place = 0
    private var reader: FrameReader?
    /// How many frames the reader has passed, and the last one.
    private var passed = 0
    private var latest: Picture?
    /// Of a backward run, the next one last.
    private var piece: [Picture] = []

    /// Bytes that a piece may have.
    private static let pieceBytes = 128 << 20

    /// - Parameters:
    ///   - sequence: the numbers of the source's frames that are shown, from 0 and never falling; a frame may be shown several times, or not
    ///     at all.
    ///   - capacity: how many frames of a backward run are held.
    package init(_ path: String, sequence: [Int], capacity: Int) { (self.path, self.sequence, self.capacity) = (path, sequence, capacity) }

    /// - Parameter width, height: of a frame.
    convenience init(_ path: String, sequence: [Int], width: Int, height: Int) {
        self.init(path, sequence: sequence, capacity: max(8, Self.pieceBytes / (3 * width * height)))
    }

    /// Which of so many frames, from 0, is shown at a place.
    static func frame(at place: Int, of count: Int) -> Int {
        let turn = place % (2 * count)
        return turn < count ? turn : 2 * count - 1 - turn
    }

    /// The next frame; there is always one.
    ///
    /// - Throws: `FileError` (input) when it cannot be read.
    package func next() throws -> Picture {
        defer { place += 1 }
        let turn = place % (2 * sequence.count), index = Self.frame(at: place, of: sequence.count)
        if turn < sequence.count {
            if turn == 0 { (reader, passed) = (try FrameReader(path), 0) }
            return try picture(sequence[index])
        }
        (reader, latest) = (nil, nil)
        if piece.isEmpty {
            let range = max(0, index + 1 - capacity)...index, pictures = try Self.pictures(of: path, Set(sequence[range]))
            piece = sequence[range].map { pictures[$0]! }
        }
        return piece.removeLast()
    }

    /// A frame that the reader is at or before, or has just passed.
    private func picture(_ number: Int) throws -> Picture {
        while passed <= number {
            if passed < number {
                guard try reader!.skip() else { throw Self.shorter(path) }
            } else {
                guard let frame = try reader!.next() else { throw Self.shorter(path) }
                latest = frame.picture
            }
            passed += 1
        }
        return latest!
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
