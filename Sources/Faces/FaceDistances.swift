/// How far lids, lips and brows of a face are apart and how broad its mouth is, whatever its size.
public struct FaceDistances: Equatable, Sendable {
    /// The mean distance of the lids of both eyes, at three places each, as part of the eye's width.
    public let lids: Float
    /// The distance of the lips' insides, as part of that of the eyes' outer corners.
    public let lips: Float
    /// The mean distance of the brows from the upper lids, as part of that of the eyes' outer corners.
    public let brows: Float
    /// The distance of the mouth's corners, as part of that of the eyes' outer corners: more in a smile, less where lips are pursed.
    public let breadth: Float

    /// All, in that order.
    public var values: [Float] { [lids, lips, brows, breadth] }

    private static let browPairs = [(105, 159), (334, 386)]

    public init(lids: Float, lips: Float, brows: Float, breadth: Float) {
        (self.lids, self.lips, self.brows, self.breadth) = (lids, lips, brows, breadth)
    }

    /// - Parameter points: of a face, at least the 468 of its mesh, in any unit.
    public init(_ points: [SIMD2<Float>]) {
        func apart(_ a: Int, _ b: Int) -> Float {
            let line = points[a] - points[b]
            return (line * line).sum().squareRoot()
        }
        let eyes = [
            (MeshTopology.leftLidPairs, MeshTopology.leftEyeCorners), (MeshTopology.rightLidPairs, MeshTopology.rightEyeCorners),
        ]
        let shares = eyes.flatMap { pairs, corners in pairs.map { apart($0.0, $0.1) / apart(corners.outer, corners.inner) } }
        lids = shares.reduce(0, +) / Float(shares.count)
        let corners = apart(MeshTopology.leftEyeCorners.outer, MeshTopology.rightEyeCorners.outer)
        lips = apart(MeshTopology.innerLips.upper, MeshTopology.innerLips.lower) / corners
        brows = Self.browPairs.reduce(0) { $0 + apart($1.0, $1.1) } / Float(Self.browPairs.count) / corners
        breadth = apart(MeshTopology.mouthCorners.left, MeshTopology.mouthCorners.right) / corners
    }

    public init(_ face: Face) { self.init((0..<MeshTopology.meshCount).map(face.point)) }
}
