import Foundation

/// What the landmarks of a face say of its pose and expression, whatever the unit of the landmarks and wherever the face is.
public struct FaceMeasures: Equatable, Sendable {
    /// Turn, nod and lean of the mesh in radians: positive toward the picture's right, upward, clockwise. The depth of the mesh is a
    /// guess of the network, so that turns and nods are smaller than those of heads.
    public let yaw, pitch, roll: Float
    /// Where the head is, between temples and cheeks, in the landmarks' own unit.
    public let center: SIMD2<Float>
    /// From cheek to cheek, depth included, in the landmarks' own unit.
    public let width: Float
    /// How far the lids of the eye on the picture's left and right are apart, in breadths of the eye.
    public let leftLids, rightLids: Float
    /// How far the irises are from the middle of their eyes, in breadths of the eye, to the picture's right and down.
    public let gaze: SIMD2<Float>
    /// How far the brows are above the eyes' corners, in distances of the eyes' outer corners, along the head.
    public let brows: Float
    /// How far the lips are apart, in distances of the eyes' outer corners.
    public let lips: Float
    /// The breadth of the mouth, in distances of the eyes' outer corners.
    public let mouthWidth: Float
    /// How far the corners of the mouth are above the middle of the upper lip, in distances of the eyes' outer corners, along the head.
    public let mouthCorners: Float

    /// Pairs of points that lie level and straight across the head, left one first.
    private static let across = [(33, 263), (133, 362), (234, 454), (127, 356), (93, 323)]
    /// Pairs of points above one another in the middle of the head that neither jaw nor lips move, upper one first.
    private static let down = [(9, 2), (151, 164)]
    private static let browPoints = [105, 334, 66, 296, 63, 293]

    /// - Parameter points: 478 landmarks, x to the right, y down, depth in the same unit, nearer ones smaller.
    public init(_ points: [SIMD3<Float>]) {
        precondition(points.count == MeshTopology.count, "\(points.count) landmarks")
        func distance(_ a: Int, _ b: Int) -> Float { Self.length(points[a] - points[b]) }
        let (x, y, z) = Self.axes(points)
        yaw = -Self.angle(z.x, z.z)
        pitch = Self.angle(z.y, (1 - min(1, z.y * z.y)).squareRoot())
        roll = Self.angle(x.y, x.x)
        let middle = Self.middle(points)
        center = SIMD2(middle.x, middle.y)
        width = Self.width(points)

        let (left, right) = (MeshTopology.leftEyeCorners, MeshTopology.rightEyeCorners)
        func apart(_ pairs: [(Int, Int)], _ corners: (outer: Int, inner: Int)) -> Float {
            pairs.reduce(0) { $0 + distance($1.0, $1.1) } / Float(pairs.count) / distance(corners.outer, corners.inner)
        }
        leftLids = apart(MeshTopology.leftLidPairs, left)
        rightLids = apart(MeshTopology.rightLidPairs, right)
        /// A line along the head's own axes.
        func own(_ line: SIMD3<Float>) -> SIMD2<Float> { SIMD2((line * x).sum(), (line * y).sum()) }
        func look(_ iris: Int, _ corners: (outer: Int, inner: Int)) -> SIMD2<Float> {
            let (a, b) = (points[corners.outer], points[corners.inner])
            return own(points[iris] - (a + b) / 2) / Self.length(b - a)
        }
        gaze = (look(MeshTopology.leftIris.lowerBound, left) + look(MeshTopology.rightIris.lowerBound, right)) / 2
        let eyes = distance(left.outer, right.outer), between = (points[left.outer] + points[right.outer]) / 2
        brows = -Self.browPoints.reduce(0) { $0 + own(points[$1] - between).y } / Float(Self.browPoints.count) / eyes
        lips = distance(MeshTopology.innerLips.upper, MeshTopology.innerLips.lower) / eyes
        let corners = MeshTopology.mouthCorners
        mouthWidth = distance(corners.left, corners.right) / eyes
        mouthCorners = own(points[0] - (points[corners.left] + points[corners.right]) / 2).y / eyes
    }

    /// The head's own axes as unit vectors: across to the picture's right, down, and from the face inward.
    public static func axes(_ points: [SIMD3<Float>]) -> (x: SIMD3<Float>, y: SIMD3<Float>, z: SIMD3<Float>) {
        func sum(_ pairs: [(Int, Int)]) -> SIMD3<Float> { pairs.reduce(SIMD3()) { $0 + points[$1.1] - points[$1.0] } }
        let x = unit(sum(across)), downward = sum(down)
        let y = unit(downward - x * (downward * x).sum())
        return (x, y, SIMD3(x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x))
    }

    /// The middle of the head's sides, between temples and cheeks.
    public static func middle(_ points: [SIMD3<Float>]) -> SIMD3<Float> {
        let (cheeks, temples) = (MeshTopology.cheeks, MeshTopology.temples)
        return (points[cheeks.left] + points[cheeks.right] + points[temples.left] + points[temples.right]) / 4
    }

    /// From cheek to cheek, depth included.
    public static func width(_ points: [SIMD3<Float>]) -> Float {
        length(points[MeshTopology.cheeks.left] - points[MeshTopology.cheeks.right])
    }

    private static func length(_ line: SIMD3<Float>) -> Float { (line * line).sum().squareRoot() }

    private static func unit(_ line: SIMD3<Float>) -> SIMD3<Float> { line / max(length(line), .leastNormalMagnitude) }

    private static func angle(_ opposite: Float, _ adjacent: Float) -> Float { Float(atan2(Double(opposite), Double(adjacent))) }
}
