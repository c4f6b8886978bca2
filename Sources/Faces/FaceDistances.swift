/// How far lids, lips and brows of a face are apart, whatever its size.
public struct FaceDistances: Equatable, Sendable {
    /// What is measured, in the order of `values`.
    public static let names = ["lids", "lips", "brows"]

    /// The mean distance of the lids of both eyes, at three places each, as part of the eye's width.
    public let lids: Float
    /// The distance of the lips' insides, as part of that of the eyes' outer corners.
    public let lips: Float
    /// The mean distance of the brows from the upper lids, as part of that of the eyes' outer corners.
    public let brows: Float

    public var values: [Float] { [lids, lips, brows] }

    private static let browPairs = [(105, 159), (334, 386)]

    public init(lids: Float, lips: Float, brows: Float) { (self.lids, self.lips, self.brows) = (lids, lips, brows) }

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
    }

    public init(_ face: Face) { self.init((0..<MeshTopology.meshCount).map(face.point)) }
}
