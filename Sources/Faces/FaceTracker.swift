import Media

/// Follows faces through the frames of a video: each in the square of its landmarks of the frame before; where one is lost, or fewer
/// faces than wanted are followed, the whole frame is searched.
public final class FaceTracker {
    private let finder: FaceFinder
    /// The most faces that are followed.
    private let wanted: Int
    private var tracked: [Face] = []
    private var frames = 0
    private var nextSearch = 0

    /// Frames between searches for further faces while some are followed.
    private static let searchStep = 10

    /// - Parameter wanted: the most faces that are followed.
    public init(_ finder: FaceFinder, wanted: Int = 16) { (self.finder, self.wanted) = (finder, wanted) }

    /// The faces of the next frame, in the order in which they were first found; none where there is none.
    public func next(_ picture: Picture) -> [Face] {
        let before = tracked.count
        tracked = distinct(tracked.compactMap { finder.follow($0, in: picture) })
        let isLost = tracked.count < before || tracked.isEmpty
        if isLost || tracked.count < wanted && frames >= nextSearch {
            // What is followed already replaces what is found again.
            tracked = Array(distinct(tracked + finder.faces(in: picture)).prefix(wanted))
            nextSearch = frames + Self.searchStep
        }
        frames += 1
        return tracked
    }

    /// The faces without those that lie on an earlier one.
    private func distinct(_ faces: [Face]) -> [Face] {
        var result: [Face] = []
        for face in faces where !result.contains(where: { $0.box.intersectionOverUnion(face.box) > 0.5 }) { result.append(face) }
        return result
    }
}
