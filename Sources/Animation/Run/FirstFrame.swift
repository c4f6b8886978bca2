import Faces

/// Whether a driving video's first frame suits the source's pose, and which later one does.
package struct FirstFrame {
    /// Turns that are further apart than this, in radians (20°), are another pose.
    package static let far: Float = 20 * .pi / 180

    /// The turn between the first frame's pose and the source's, in radians; 0 where either is not known.
    package let distance: Float
    /// A frame, counted from 0, that is less than half as far from the source's pose as the first one, which is far from it; nil where
    /// the first one is near, or none is nearer.
    package let nearest: Int?

    init(_ driving: CropTrack, source: CropTrack) {
        let own = source.pose(source.firstSeen)
        self.init(driving.glimpses.map { glimpse in own.flatMap { own in glimpse?.pose.distance(to: own) } })
    }

    /// - Parameter distances: of every frame's pose from the source's, in radians; nil where no face is seen.
    package init(_ distances: [Float?]) {
        guard let first = distances.lazy.compactMap({ $0 }).first,
            let best = distances.indices.filter({ distances[$0] != nil }).min(by: { distances[$0]! < distances[$1]! })
        else {
            (distance, nearest) = (0, nil)
            return
        }
        distance = first
        nearest = first > Self.far && distances[best]! < first / 2 ? best : nil
    }
}
