import Operators
import Tensors

/// The lower edge of a face in its crop: where what was painted is the face, and where it is what surrounds it.
struct JawContour {
    /// In pixels of the crop: the jaw's points and beyond its ends two more, far above the face, which close the polygon.
    private let corners: [SIMD2<Float>]
    private let crop: MouthCrop

    init(_ face: FaceOutline, _ crop: MouthCrop) {
        self.crop = crop
        let origin = SIMD2(Float(crop.left), Float(crop.top)), jaw = face.jaw.map { $0 - origin }
        // From the chin to the middle between the ears; straight up for points that do not say.
        let chin = jaw[jaw.count / 2], rise = (jaw.first! + jaw.last!) / 2 - chin, length = (rise * rise).sum().squareRoot()
        let up = (length > 0 ? rise / length : SIMD2(0, -1)) * Float(4 * crop.radius)
        corners = [jaw.first! + up] + jaw + [jaw.last! + up]
    }

    /// How much of the painted picture is seen, (1, 1, height, width) of the crop: 1 on the face, less and less over 0.3·R beyond its edge. It is
    /// measured at every 16th of R and resized between.
    func share() -> Tensor {
        let cells = (height: 52, width: 40), result = Tensor(uninitialized: [1, 1, cells.height, cells.width]), to = result.mutablePointer
        let step = SIMD2(Float(crop.width) / Float(cells.width), Float(crop.height) / Float(cells.height))
        for row in 0..<cells.height {
            for column in 0..<cells.width {
                let place = (SIMD2(Float(column), Float(row)) + 0.5) * step
                to[row * cells.width + column] = Fading.share(outside(place) / (0.3 * Float(crop.radius)))
            }
        }
        return BilinearResizing.forward(result, height: crop.height, width: crop.width)
    }

    /// How far a place is beyond the polygon's edge, in pixels; 0 inside it.
    func outside(_ place: SIMD2<Float>) -> Float {
        var nearest = Float.infinity, isInside = false, from = corners.last!
        for to in corners {
            let side = to - from, way = place - from, length = (side * side).sum()
            let along = length > 0 ? min(max((side * way).sum() / length, 0), 1) : 0
            let rest = way - side * along
            nearest = min(nearest, (rest * rest).sum())
            // A ray to the right crosses the edge of what it is inside of an odd number of times.
            if (from.y > place.y) != (to.y > place.y), place.x < from.x + side.x * (place.y - from.y) / side.y { isInside.toggle() }
            from = to
        }
        return isInside ? 0 : nearest.squareRoot()
    }
}

/// A smooth end.
enum Fading {
    /// 1 at 0, 0 from 1 on, with slope 0 at both.
    static func share(_ distance: Float) -> Float {
        let near = 1 - min(1, max(0, distance))
        return near * near * (3 - 2 * near)
    }
}
