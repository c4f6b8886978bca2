/// A face as a detector sees it: a box, a score and six points, in pixels of the picture.
public struct FaceDetection: Equatable, Sendable {
    public var box: FaceBox
    /// 0 to 1.
    public var score: Float
    /// The eyes on the picture's left and right, the tip of the nose, the mouth, the ears.
    public var points: [SIMD2<Float>]

    public init(box: FaceBox, score: Float, points: [SIMD2<Float>]) { (self.box, self.score, self.points) = (box, score, points) }

    /// Where the landmarks are to be looked for.
    public var rectangle: FaceRectangle { FaceRectangle(around: box, leftEye: points[0], rightEye: points[1]) }

    /// Boxes that overlap made one: from the best score on, all that have an intersection over union of more than 0.3 with the best of
    /// those left become one face, whose corners and points are means weighted by score, and whose score is the best.
    package static func merged(_ candidates: [FaceDetection]) -> [FaceDetection] {
        var left = candidates.sorted { $0.score > $1.score }, result: [FaceDetection] = []
        while let best = left.first {
            let group = left.filter { $0.box.intersectionOverUnion(best.box) > 0.3 }
            // A box without an area overlaps nothing, not even itself.
            guard !group.isEmpty else {
                left.removeFirst()
                continue
            }
            left.removeAll { $0.box.intersectionOverUnion(best.box) > 0.3 }
            var corners = SIMD4<Float>.zero, points = [SIMD2<Float>](repeating: .zero, count: best.points.count), total: Float = 0
            for face in group {
                corners += face.score * SIMD4(face.box.left, face.box.top, face.box.right, face.box.bottom)
                for (index, point) in face.points.enumerated() { points[index] += face.score * point }
                total += face.score
            }
            corners /= total
            result.append(
                FaceDetection(
                    box: FaceBox(left: corners.x, top: corners.y, right: corners.z, bottom: corners.w), score: best.score,
                    points: points.map { $0 / total }))
        }
        return result
    }
}
