import Foundation

/// A square of a picture, turned: where a network looks for a face's landmarks. In pixels, y down.
public struct FaceRectangle: Equatable, Sendable {
    /// Its middle.
    public var x, y: Float
    public var side: Float
    /// Radians, clockwise positive, −π to π.
    public var angle: Float

    public init(x: Float, y: Float, side: Float, angle: Float) { (self.x, self.y, self.side, self.angle) = (x, y, side, angle) }

    /// The square around a box, 1.5 times as large, turned as the line between the eyes is.
    ///
    /// - Parameters:
    ///   - left, right: the eyes on the picture's left and right.
    init(around box: FaceBox, leftEye: SIMD2<Float>, rightEye: SIMD2<Float>) {
        let line = rightEye - leftEye
        self.init(
            x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, side: 1.5 * max(box.width, box.height),
            angle: atan2(line.y, line.x))
    }

    /// The square around a face's landmarks, for the next look at it.
    package init(around landmarks: [SIMD3<Float>]) {
        func point(_ index: Int) -> SIMD2<Float> { SIMD2(landmarks[index].x, landmarks[index].y) }
        self.init(
            around: FaceBox(landmarks), leftEye: point(MeshTopology.leftEyeCorners.outer),
            rightEye: point(MeshTopology.rightEyeCorners.outer))
    }

    /// The place in the picture of a place in the square, where 0 and 1 are its edges.
    package func place(_ u: Float, _ v: Float) -> SIMD2<Float> {
        let (c, s) = (cos(angle), sin(angle)), (a, b) = ((u - 0.5) * side, (v - 0.5) * side)
        return SIMD2(x + a * c - b * s, y + a * s + b * c)
    }

    /// The upright square of whole pixels nearest to this one, so that cutting it out is copying; a turned square stays as it is.
    public var aligned: FaceRectangle {
        guard angle == 0 else { return self }
        let side = max(2, side.rounded())
        return FaceRectangle(
            x: (x - side / 2).rounded() + side / 2, y: (y - side / 2).rounded() + side / 2, side: side, angle: 0)
    }

    /// The upper left pixel and the side of an upright square of whole pixels (see `aligned`); nil of any other.
    var whole: (left: Int, top: Int, side: Int)? {
        let left = x - side / 2, top = y - side / 2
        guard angle == 0, side >= 2, side == side.rounded(), left == left.rounded(), top == top.rounded() else { return nil }
        return (Int(left), Int(top), Int(side))
    }

    /// Whether the square shares any pixel with a picture.
    public func meets(width: Int, height: Int) -> Bool {
        let box = bounds
        return box.right > 0 && box.bottom > 0 && box.left < Float(width) && box.top < Float(height)
    }

    /// The smallest upright box around the square.
    package var bounds: FaceBox {
        let reach = side / 2 * (abs(cos(angle)) + abs(sin(angle)))
        return FaceBox(left: x - reach, top: y - reach, right: x + reach, bottom: y + reach)
    }
}
