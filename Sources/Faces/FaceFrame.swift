import Foundation

/// How a face lies in its picture: the smallest box around its points that stands as the line from the eyes to the lips does. A pixel's
/// coordinate is its index.
public struct FaceFrame: Equatable, Sendable {
    /// The box's middle.
    public let middle: SIMD2<Float>
    /// The box's longer side, in pixels.
    public let side: Float
    /// The direction from the eyes to the lips, of length 1.
    public let down: SIMD2<Float>

    /// - Parameters:
    ///   - points: of the face, from brows to chin and cheek to cheek.
    ///   - eyes: the middle of the two eyes.
    ///   - lips: the middle of the corners of the mouth.
    public init(_ points: [SIMD2<Float>], eyes: SIMD2<Float>, lips: SIMD2<Float>) {
        let line = lips - eyes, length = (line * line).sum().squareRoot()
        let down = length <= 1e-3 ? SIMD2(0, 1) : line / length, across = SIMD2(down.y, -down.x)
        let center = points.reduce(SIMD2<Float>.zero, +) / Float(max(1, points.count))
        var low = SIMD2<Float>(repeating: .infinity), high = -low
        for point in points {
            let offset = point - center
            let place = SIMD2((offset * across).sum(), (offset * down).sum())
            low = pointwiseMin(low, place)
            high = pointwiseMax(high, place)
        }
        let box = (low + high) / 2
        middle = center + box.x * across + box.y * down
        side = max(high.x - low.x, high.y - low.y)
        self.down = down
    }

    /// Of a face by the points that are nearest to dlib's 68: brows, eyes, nose, mouth, and the outline from temple to temple by the chin.
    public init(_ face: Face) {
        let points = face.sixtyEight
        let eyes = ((points[36] + points[39]) / 2 + (points[42] + points[45]) / 2) / 2
        self.init(points, eyes: eyes, lips: (points[48] + points[54]) / 2)
    }

    /// In radians, clockwise positive.
    public var angle: Float {
        let turn = acos(max(-1, min(1, down.y)))
        return -down.x < 0 ? -turn : turn
    }

    /// A square around the face, turned as the face is.
    ///
    /// - Parameters:
    ///   - scale: its side in sides of the box.
    ///   - shift: how far its middle lies from the box's toward the lips, as part of the square's side.
    public func square(scale: Float, shift: Float) -> FaceRectangle {
        let size = scale * side, center = middle + size * shift * down
        return FaceRectangle(x: center.x, y: center.y, side: size, angle: angle)
    }
}
