import Media

/// One face through the frames of an input: where it is in each, nil where it is not seen.
package struct FaceTrail: Sendable {
    package private(set) var glimpses: [FaceGlimpse?]
    private(set) var last: Face
    /// Frames since it was seen last.
    private var missed = 0

    /// - Parameter before: frames in which it was not seen yet.
    init(_ face: Face, before: Int) {
        glimpses = Array(repeating: nil, count: before) + [FaceGlimpse(face)]
        last = face
    }

    var isLost: Bool { missed > 0 }

    /// The first frame in which it is seen.
    package var first: FaceGlimpse { glimpses.lazy.compactMap { $0 }.first! }

    mutating func add(_ face: Face?) {
        glimpses.append(face.map(FaceGlimpse.init))
        missed = face == nil ? missed + 1 : 0
        last = face ?? last
    }

    /// Which of some faces it may be, by place: the nearest, no further than twice its size; where there is one face alone, that one.
    func match(_ faces: [Face], isOnly: Bool) -> Face? {
        if isOnly, faces.count == 1 { return faces[0] }
        func distance(_ face: Face) -> Float {
            let (a, b) = (face.box, last.box)
            let line = SIMD2(a.left + a.right - b.left - b.right, a.top + a.bottom - b.top - b.bottom) / 2
            return (line * line).sum().squareRoot()
        }
        guard let nearest = faces.min(by: { distance($0) < distance($1) }) else { return nil }
        return distance(nearest) <= 2 * max(last.box.width, last.box.height) ? nearest : nil
    }
}
