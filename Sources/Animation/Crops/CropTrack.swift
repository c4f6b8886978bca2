import Faces

/// The squares of one face, or of a place chosen by hand, through the frames of an input.
struct CropTrack: Sendable {
    /// One for all frames, or one a frame.
    private let squares: [FaceRectangle]
    /// What was seen in each frame; empty for a square that no face laid.
    let glimpses: [FaceGlimpse?]

    init(_ square: FaceRectangle, glimpses: [FaceGlimpse?] = []) { (squares, self.glimpses) = ([square], glimpses) }

    /// - Parameter squares: one for each glimpse.
    init(following squares: [FaceRectangle], glimpses: [FaceGlimpse?]) {
        precondition(squares.count == glimpses.count && !squares.isEmpty, "a square a frame")
        (self.squares, self.glimpses) = (squares, glimpses)
    }

    /// The square of a frame, counted from 0; of frames beyond the last known one, its.
    func square(_ frame: Int) -> FaceRectangle { squares[min(frame, squares.count - 1)] }

    /// Whether the face is seen in a frame.
    func isSeen(_ frame: Int) -> Bool { glimpses.isEmpty || glimpses[min(frame, glimpses.count - 1)] != nil }

    /// The first frame, counted from 0, in which the face is seen.
    var firstSeen: Int { glimpses.firstIndex { $0 != nil } ?? 0 }

    /// How the face is turned in a frame; in one in which it is not seen, in the first one in which it is. Nil where no face laid the square.
    func pose(_ frame: Int) -> FacePose? {
        guard !glimpses.isEmpty else { return nil }
        return (glimpses[min(frame, glimpses.count - 1)] ?? glimpses[firstSeen])?.pose
    }

    /// The track with another square for all frames.
    func moved(to square: FaceRectangle) -> CropTrack { CropTrack(square, glimpses: glimpses) }
}
