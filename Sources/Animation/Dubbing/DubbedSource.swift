import Faces
import Files
import Media

/// A source that was looked through once: how many frames it has, and where the face is in each.
struct DubbedSource {
    let path: String
    /// Of every frame, in pixels.
    let width, height: Int
    /// Of each frame; nil where no face is seen.
    let outlines: [FaceOutline?]
    /// Whether the landmarks were found here, and not given.
    let isFound: Bool
    /// The numbers of the frames, from 0, that are shown 25 a second: all, each once, where the source has that rate.
    let sequence: [Int]

    var count: Int { outlines.count }

    /// The frames of a source that are nearest to the moments of another rate.
    private static func sequence(_ count: Int, _ reader: FrameReader) -> [Int] {
        let rate = reader.frameRate.value
        if reader.isStill || DubbingJob.isOwnRate(rate) { return Array(0..<count) }
        let length = max(1, Int((Double(count) * Double(DubbingJob.framesPerSecond) / rate).rounded()))
        return (0..<length).map { min(count - 1, DubbingJob.sourceFrame(at: $0, rate: rate)) }
    }

    /// Reads the landmarks of a table, one line for each frame of the source.
    ///
    /// - Parameter reader: of the source, at its beginning.
    init(_ path: String, _ reader: FrameReader, landmarks: String, progress: (Int, Int?) throws -> Void) throws {
        let table = try LandmarkTable.read(landmarks)
        var count = 0
        while try reader.skip() {
            count += 1
            try progress(count, reader.frameCount)
        }
        guard count == table.count else {
            throw FileError(
                .input, landmarks,
                "has landmarks of \(table.count) \(table.count == 1 ? "frame" : "frames"), and \(path) has \(count); run OpenFace on the same "
                    + "video again")
        }
        (self.path, width, height, outlines, isFound) = (path, reader.width, reader.height, table, false)
        sequence = Self.sequence(count, reader)
    }

    /// Finds the landmarks of one face.
    init(_ path: String, _ reader: FrameReader, finder: FaceFinder, _ choice: FaceChoice, progress: (Int, Int?) throws -> Void) throws {
        var survey = FaceSurvey(finder: finder, choice: choice, path: path), count = 0
        let ahead = ReadAhead(capacity: DubbingRun.waitingFrames) { try reader.next() }
        defer { ahead.stop() }
        while let frame = try ahead.next() {
            survey.look(at: frame.picture)
            count += 1
            try progress(count, reader.frameCount)
        }
        guard let trail = try survey.result().first else {
            throw FileError(.input, path, "no face found; dubbing needs a video of a talking head, or its landmarks by --landmarks")
        }
        (self.path, width, height, isFound) = (path, reader.width, reader.height, true)
        outlines = trail.glimpses.map { $0.flatMap { FaceOutline(found: $0.sixtyEight) } }
        sequence = Self.sequence(outlines.count, reader)
    }

    /// The frame, from 0, that is shown at a place of the result.
    func frame(at place: Int) -> Int { sequence[BackAndForth.frame(at: place, of: sequence.count)] }

    /// The crop of one frame among others.
    ///
    /// - Parameters:
    ///   - frame: its number in the source, from 0.
    ///   - window: the numbers of the frames from two before it to two after it.
    /// - Returns: nil where the frame cannot be dubbed, because no face was found, or only part of one.
    /// - Throws: `FileError` (input) where that is so by landmarks that were given.
    func crop(_ frame: Int, window: [Int]) throws -> MouthCrop? {
        guard let face = outlines[frame] else { return nil }
        if isFound {
            let around = max(0, frame - Self.reach)...min(count - 1, frame + Self.reach)
            return MouthCrop.steady(face, window: outlines[around].compactMap { $0 }, width: width, height: height)
        }
        switch MouthCrop.finding(face, window: window.map { outlines[$0]! }, width: width, height: height) {
        case .crop(let crop): return crop
        case .leaves(let place, let crop):
            throw FileError(
                .input, path,
                "frame \(window[place] + 1): what is cut around the face, columns \(crop.left) to \(crop.left + crop.width) and rows "
                    + "\(crop.top) to \(crop.top + crop.height), leaves the picture of \(width)×\(height); choose a video with more room "
                    + "around the face, or leave this frame out of it and its landmarks")
        case .changes:
            throw FileError(
                .input, path,
                "frame \(frame + 1): the face is more than half as large again in one of the frames around it as in another; look at "
                    + "their landmarks")
        }
    }

    /// How many frames before and after one its radius follows, where landmarks were found here.
    private static let reach = 12

    /// The crop of a frame as a reference, by the frames around it in the source.
    func referenceCrop(_ frame: Int) throws -> MouthCrop? {
        try crop(frame, window: (frame - 2...frame + 2).map { min(max($0, 0), count - 1) })
    }
}
