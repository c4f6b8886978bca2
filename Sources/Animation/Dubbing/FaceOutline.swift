import Foundation

/// What dubbing needs of a face's 68 landmarks, in whole pixels of the frame, as the authors truncate them.
package struct FaceOutline: Equatable, Sendable {
    /// y of point 29, on the bridge of the nose.
    package let bridge: Int
    /// x of point 33, under the nose.
    package let middle: Int
    /// x of points 48 and 54, the corners of the mouth.
    package let left, right: Int
    /// The largest y of all points.
    package let lowest: Int
    /// How far the lips are open: the distance of their inner middles over that of their inner corners.
    package let opening: Float
    /// How broad the mouth is: the distance of its corners over that of the eyes' outer corners.
    let breadth: Float
    /// Between the corners of the mouth, and under the nose (point 33).
    let mouth, nose: SIMD2<Float>
    /// How much nearer the nose is to the right edge of the picture than the middle between the ears, over the distance of the ears.
    let turn: Float
    /// Points 0 to 16, from one ear by the chin to the other, in pixels, not truncated.
    let jaw: [SIMD2<Float>]

    /// The outline of a face that was found; nil where its points lie far outside of any picture, which is no whole face.
    package init?(found points: [SIMD2<Float>]) {
        guard points.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }) else { return nil }
        self.init(points)
    }

    /// - Parameter points: 68, numbered as dlib and OpenFace number them from 0, each finite and within ±10⁶.
    package init(_ points: [SIMD2<Float>]) {
        precondition(points.count == 68, "\(points.count) points")
        (bridge, middle) = (Int(points[29].y), Int(points[33].x))
        (left, right) = (Int(points[48].x), Int(points[54].x))
        jaw = Array(points[...16])
        lowest = points.map { Int($0.y) }.max()!
        func distance(_ a: Int, _ b: Int) -> Float {
            let line = points[a] - points[b]
            return (line * line).sum().squareRoot()
        }
        opening = distance(62, 66) / max(distance(60, 64), 1)
        (mouth, nose) = ((points[48] + points[54]) / 2, points[33])
        breadth = distance(48, 54) / max(distance(36, 45), 1)
        turn = (points[33].x - (points[0].x + points[16].x) / 2) / max(distance(0, 16), 1)
    }
}
