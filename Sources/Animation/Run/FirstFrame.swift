import Faces

/// Whether a driving video's first frame suits the source's pose and expression, and which later one does.
package struct FirstFrame {
    /// What does not suit.
    package enum Misfit: Sendable {
        /// The head is turned otherwise than the source's.
        case turn
        /// The mouth is open, further than the source's: relative to it, it can only close.
        case mouth
        /// The eyes are shut, further than they mostly are: relative to them, they can only widen.
        case eyes
    }

    /// Turns that are further apart than this, in radians (20°), are another pose.
    package static let far: Float = 20 * .pi / 180
    /// Lips that are open further than this, and lids that are less far apart, are another expression: differences of `Face.openness`.
    private static let farLips: Float = 0.2, farLids: Float = 0.15

    /// The turn between the first frame's pose and the source's, in radians; 0 where either is not known.
    package let distance: Float
    /// What of the first frame is furthest from the source.
    package let misfit: Misfit
    /// A frame, counted from 0, that is less than half as far from the source as the first one, which is far from it; nil where the first
    /// one is near, or none is nearer.
    package let nearest: Int?

    init(_ driving: CropTrack, source: CropTrack) {
        let own = source.glimpses.indices.contains(source.firstSeen) ? source.glimpses[source.firstSeen] : nil
        // Eyes are wider in some faces than in others: shut is what is shut for this one.
        let lids = driving.glimpses.compactMap { $0?.lids }.sorted(), usual = lids.isEmpty ? 0 : lids[lids.count / 2]
        self.init(
            driving.glimpses.map { glimpse in
                guard let glimpse, let own else { return nil }
                return (glimpse.pose.distance(to: own.pose), glimpse.lips - own.lips, usual - glimpse.lids)
            })
    }

    /// - Parameter distances: of every frame's pose from the source's, in radians; nil where no face is seen.
    package init(_ distances: [Float?]) { self.init(distances.map { $0.map { (turn: $0, lips: 0, lids: 0) } }) }

    /// - Parameter differences: by how far every frame's head is turned from the source's, its lips are wider open, and its lids are further
    ///   shut than usual; nil where no face is seen.
    package init(_ differences: [(turn: Float, lips: Float, lids: Float)?]) {
        /// 1 and more is far; of lips and lids, less than a half is nothing.
        func parts(_ difference: (turn: Float, lips: Float, lids: Float)) -> [(Float, Misfit)] {
            let (lips, lids) = (difference.lips / Self.farLips, difference.lids / Self.farLids)
            return [(difference.turn / Self.far, .turn), (lips < 0.5 ? 0 : lips, .mouth), (lids < 0.5 ? 0 : lids, .eyes)]
        }
        let worst = differences.map { $0.map { parts($0).max { $0.0 < $1.0 }! } }
        guard let seen = worst.firstIndex(where: { $0 != nil }), let first = worst[seen],
            let best = worst.indices.filter({ worst[$0] != nil }).min(by: { worst[$0]!.0 < worst[$1]!.0 })
        else {
            (distance, misfit, nearest) = (0, .turn, nil)
            return
        }
        (distance, misfit) = (differences[seen]!.turn, first.1)
        nearest = first.0 > 1 && worst[best]!.0 < first.0 / 2 ? best : nil
    }
}
