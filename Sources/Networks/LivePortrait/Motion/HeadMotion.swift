/// What LivePortrait knows of a head in one picture, and how a portrait is posed by it.
///
/// 21 points, x to the right, y down, z into the picture, in halves of the picture's side:
/// x = scale·(keyPoints·R + expression) + translation + shift.
package struct HeadMotion: Equatable, Sendable {
    package static let points = 21

    /// 63 values, point by point: the canonical key points, the same for all pictures of a person.
    package var keyPoints: [Float]
    /// 63 values, point by point: what the expression adds to the turned key points.
    package var expression: [Float]
    package var rotation: HeadRotation
    /// x, y, z. The third is read by nothing but edits of a portrait's own motion, as on the authors' editing page.
    package var translation: [Float]
    package var scale: Float
    /// Nil where no landmarks were known.
    package var opening: FaceOpening?
    /// 63 values that are added to the points before they are stitched.
    package var shift = [Float](repeating: 0, count: 63)
    /// 63 values that are added to the points at last.
    package var offset = [Float](repeating: 0, count: 63)
    /// Scales how far the stitched points are from the portrait's own.
    package var strength: Float = 1
    /// Whether the stitching network joins the head to its shoulders.
    package var stitches = true

    /// The points before they are stitched, 63 values.
    package var posed: [Float] {
        var result = shift
        let r = rotation.values
        for point in 0..<Self.points {
            let at = 3 * point
            for axis in 0..<3 {
                let turned = keyPoints[at] * r[axis] + keyPoints[at + 1] * r[3 + axis] + keyPoints[at + 2] * r[6 + axis]
                result[at + axis] += scale * (turned + expression[at + axis]) + translation[axis]
            }
        }
        return result
    }

    /// The points of the motion itself, without depth in its translation: what the authors call x_s of a source.
    package var ownPoints: [Float] {
        var plain = self
        plain.translation[2] = 0
        return plain.posed
    }

    // MARK: What cannot be

    /// The largest size of a coordinate that a motion may have: a hundred times the picture's half.
    private static let farthest: Float = 100
    private static let scales: ClosedRange<Float> = 1e-3...1000

    /// What no head has, for a message that begins with the frame: a scale that is none, a rotation that is none, points far outside; nil
    /// where all is well.
    package var problem: String? {
        guard Self.scales.contains(scale) else {
            return "cannot be a head's: expected a scale from 0.001 to 1000, found \(scale); encode the video again"
        }
        let product = (rotation * rotation.transposed).values
        guard zip(product, HeadRotation.none.values).allSatisfy({ abs($0 - $1) < 0.1 }) else {
            return "cannot be a head's: its rotation is none, R·Rᵀ being far from the identity; encode the video again"
        }
        let places = keyPoints + expression + translation + shift + offset
        if let far = places.first(where: { !(abs($0) <= Self.farthest) }) {
            return "cannot be a head's: expected places up to \(Int(Self.farthest)), found \(far); encode the video again"
        }
        return nil
    }

    // MARK: A row of numbers

    /// V, the values of a motion: key points 63, expression 63, rotation 9, translation 3, scale 1, openings of left eye, right eye and
    /// lips 3 (−1 where they are not known), shift 63, offset 63, strength 1, stitching 1 (1 or 0).
    package static let count = 270

    /// All of it, in the order that `count` says.
    package var row: [Float] {
        let openings: [Float] = opening.map { [$0.leftEye, $0.rightEye, $0.lips] } ?? [-1, -1, -1]
        let parts: [[Float]] = [
            keyPoints, expression, rotation.values, translation, [scale], openings, shift, offset, [strength], [stitches ? 1 : 0],
        ]
        return parts.flatMap { $0 }
    }

    package init(
        keyPoints: [Float], expression: [Float], rotation: HeadRotation, translation: [Float], scale: Float, opening: FaceOpening? = nil
    ) {
        precondition(keyPoints.count == 63 && expression.count == 63 && translation.count == 3, "21 points and a place")
        (self.keyPoints, self.expression, self.rotation) = (keyPoints, expression, rotation)
        (self.translation, self.scale, self.opening) = (translation, scale, opening)
    }

    /// - Parameter row: `count` values, as `row` gives them.
    package init(row: [Float]) {
        precondition(row.count == Self.count, "\(row.count) values of a motion")
        self.init(
            keyPoints: Array(row[0..<63]), expression: Array(row[63..<126]), rotation: HeadRotation(values: Array(row[126..<135])),
            translation: Array(row[135..<138]), scale: row[138],
            opening: row[139...141].min()! < 0 ? nil : FaceOpening(leftEye: row[139], rightEye: row[140], lips: row[141]))
        (shift, offset) = (Array(row[142..<205]), Array(row[205..<268]))
        (strength, stitches) = (row[268], row[269] > 0.5)
    }
}
