import Faces
import Media

/// Where the pictures of one side are cut, frame by frame.
struct CropPlan: Sendable {
    /// What laid the squares.
    enum Origin: String, Sendable {
        case face, follow, centre, none, square
    }

    let origin: Origin
    /// One for each face or place; none where whole pictures are fitted.
    var tracks: [CropTrack]
    /// How what is cut, or the whole picture, becomes the network's square.
    let fit: Fit
    /// Side of what is cut, in pixels, where it is cut by an affine warp (see `Framing`); nil where it is cut at the picture's own scale.
    var warpSide: Int?
    /// How much followed squares tremble, before and after they were smoothed.
    var jitter: Jitter?

    init(_ origin: Origin, tracks: [CropTrack] = [], fit: Fit = .crop) { (self.origin, self.tracks, self.fit) = (origin, tracks, fit) }

    /// Portraits, or motions, of a frame.
    var count: Int { max(1, tracks.count) }

    /// What is cut out of a frame, counted from 0: for each track a square picture, nil where its face is not seen; the whole picture
    /// where nothing is cut.
    ///
    /// - Parameters:
    ///   - always: whether the square is cut also where the face is not seen.
    ///   - side: the pixels of a square that are of use, where that is known (see `PortraitModel.readSide`).
    func cut(_ picture: Picture, frame: Int, always: Bool = false, side: Int? = nil) -> [Picture?] {
        guard !tracks.isEmpty else { return [picture] }
        return tracks.map { track in
            guard always || track.isSeen(frame) else { return nil }
            let square = track.square(frame)
            return warpSide.map { picture.warped(by: square.map(toSide: $0), width: $0, height: $0) } ?? picture.cut(square, side: side)
        }
    }

    /// Frames in which at least one of the faces is not seen.
    var framesWithoutFace: Int {
        guard let frames = tracks.first?.glimpses.count, frames > 0 else { return 0 }
        return (0..<frames).reduce(0) { sum, frame in sum + (tracks.contains { !$0.isSeen(frame) } ? 1 : 0) }
    }

    /// Says that a face is not seen in some frames, and what becomes of them; nothing where it is seen in all.
    ///
    /// - Parameter held: whether the motion before stays; else the frames stay as they are.
    func missing(path: String, held: Bool) -> [String] {
        let count = framesWithoutFace
        guard count > 0 else { return [] }
        let frames = count == 1 ? "1 frame" : "\(count) frames"
        let fate = held ? "in which the motion before is held" : count == 1 ? "which stays as it is" : "which stay as they are"
        return ["\(path): no face in \(frames), \(fate)"]
    }

    var report: CropReport {
        CropReport(
            crop: origin.rawValue, squares: tracks.map { CropReport.Square($0.square($0.firstSeen)) },
            framesWithoutFace: framesWithoutFace, jitter: jitter)
    }
}
