import Faces
import Media
import Networks
import Operators
import Tensors

/// A portrait whose mouth a `MouthRefiner` paints again in every pose but its own.
struct RefinedPortrait: EncodedPortrait {
    let unrefined: any EncodedPortrait
    private let refiner: MouthRefiner
    private let finder: FaceFinder
    /// Of the portrait in its own pose.
    private let face: Face
    private let lips: LipLines
    /// (1, 3, S, S): its mouth's square in the source.
    private let source: Tensor

    /// How far a point of the lips has moved in the mouth's square, in halves of its side, up to where nothing of what is painted is seen, and
    /// from where on all of it.
    private static let still: Float = 0.02, moved: Float = 0.1
    /// A face has stayed where it was looked for when it is nearer than this, as part of the square it is looked for in; how often it is looked at.
    private static let near: Float = 0.03, looks = 4

    /// - Parameters:
    ///   - portrait: with its detail.
    ///   - picture: (1, 3, S, S), RGB in [−1, 1], the source as large as the portrait's pictures.
    /// - Returns: nil where no face is found in it.
    init?(_ portrait: any EncodedPortrait, of picture: Tensor, refiner: MouthRefiner, finder: FaceFinder) {
        // With its detail a portrait in its own pose is its source.
        let own = Picture(picture)
        // Found as in every pose, so that the lips at rest have not moved.
        guard let face = finder.faces(in: own).first, let found = Self.found(in: own, from: face, finder) else { return nil }
        (unrefined, self.refiner, self.finder, self.face) = (portrait, refiner, finder, face)
        let (square, lips) = Self.mouth(of: found, side: own.width)
        self.lips = lips
        source = MouthSquare.cut(picture, [square], side: MouthRefiner.side)
    }

    var motion: Tensor { unrefined.motion }

    var canonicalMotion: Tensor { unrefined.canonicalMotion }

    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor { unrefined.edited(motion, by: amounts) }

    func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        let animated = unrefined.picture(motion, observe: observe), count = motion.shape[0]
        var result: Tensor?
        for sample in 0..<count {
            let own = count == 1 ? animated : Selection.forward(animated, indices: [sample])
            guard let found = Self.found(in: Picture(own), from: face, finder) else { continue }
            let (square, lips) = Self.mouth(of: found, side: own.shape[2]), share = share(lips)
            guard share > 0 else { continue }
            let cut = MouthSquare.cut(own, [square], side: MouthRefiner.side)
            let drawn = LipLines.drawn([lips.opened(from: self.lips)], side: MouthRefiner.side)
            let painted = refiner(cut, source: source, lips: drawn.lips, region: drawn.region).picture
            let pictures = result ?? Tensor(animated.values, animated.shape)
            square.add(Sum.forward(painted, minus: cut), times: share, to: sample, of: pictures)
            result = pictures
        }
        return result ?? animated
    }

    /// The face in one of the portrait's pictures; nil where none is found.
    ///
    /// Far from its middle a square shows the network a face that it takes for one nearer to the middle, so that it is looked at again from where it was
    /// found until it stays there, and looked for anew where it does not.
    ///
    /// - Parameter face: of the portrait in its own pose.
    private static func found(in picture: Picture, from face: Face, _ finder: FaceFinder) -> Face? {
        var last = face
        for _ in 0..<looks {
            guard let next = finder.follow(last, in: picture) else { break }
            if isNear(next, last) { return next }
            last = next
        }
        guard let anew = finder.faces(in: picture).first else { return nil }
        return finder.follow(anew, in: picture)
    }

    /// Whether a face is where another is, and as large.
    private static func isNear(_ face: Face, _ other: Face) -> Bool {
        let (now, before) = (face.next, other.next), way = SIMD2(now.x - before.x, now.y - before.y)
        return (way * way).sum().squareRoot() < near * before.side && abs(now.side / before.side - 1) < 2 * near
    }

    /// The mouth's square in a picture, and the lips' lines in the square.
    private static func mouth(of face: Face, side: Int) -> (square: MouthSquare, lips: LipLines) {
        let points = face.inHalves(ofPicture: side)
        func place(_ number: Int) -> SIMD2<Float> { SIMD2(points[number].x, points[number].y) }
        let square = MouthSquare(mesh: place)
        return (square, LipLines(mesh: place).placed(in: square))
    }

    /// How much of what is painted is seen: nothing where the lips are as in the portrait's own pose.
    private func share(_ moved: LipLines) -> Float {
        let way = zip(moved.points, lips.points).map { (($0 - $1) * ($0 - $1)).sum().squareRoot() }.max()!
        // The comparison is false for NaN.
        return way > Self.still ? min(1, (way - Self.still) / (Self.moved - Self.still)) : 0
    }
}
