import Operators
import Tensors

/// The part of a face that speaks in its crop: what the lower edge of the face encloses, up to the nose.
struct JawContour {
    /// In pixels of the crop: the jaw's points and beyond its ends two more, far above the face, which close the polygon.
    private let corners: [SIMD2<Float>]
    private let crop: MouthCrop
    /// In pixels of the crop, and the direction from the chin to between the ears, over that way's length: 0 is at the chin, 1 there.
    private let chin, axis: SIMD2<Float>
    /// How high the nose ends, and a pixel, in parts of that way.
    private let nose, pixel: Float

    /// Where what was painted begins and ends to be seen less, in R from the face's edge, outward: below the chin, which opens, beyond it, and at the cheeks,
    /// beside which hair and ears are, on them. Above the nose it ends over 0.35·R.
    private static let chinFades: (from: Float, to: Float) = (0, 0.3), cheeksFade: (from: Float, to: Float) = (-0.25, 0.05)
    private static let aboveNose: Float = 0.35
    /// How high the chin ends and the cheeks begin, in parts of the way from the chin to between the ears.
    private static let chinEnds: Float = 0.05, cheeksBegin: Float = 0.3

    init(_ face: FaceOutline, _ crop: MouthCrop) {
        self.crop = crop
        let origin = SIMD2(Float(crop.left), Float(crop.top)), jaw = face.jaw.map { $0 - origin }
        // From the chin to the middle between the ears; straight up for points that do not say.
        let chin = jaw[jaw.count / 2], rise = (jaw.first! + jaw.last!) / 2 - chin, length = (rise * rise).sum().squareRoot()
        let direction = length > 0 ? rise / length : SIMD2(0, -1), up = direction * Float(4 * crop.radius)
        corners = [jaw.first! + up] + jaw + [jaw.last! + up]
        pixel = 1 / max(length, 1)
        (self.chin, axis) = (chin, direction * pixel)
        nose = ((face.nose - origin - chin) * axis).sum()
    }

    /// How much of the painted picture is seen, (1, 1, height, width) of the crop: 1 on the part that speaks, less and less beyond it. It is measured at every 16th
    /// of R and resized between.
    func share() -> Tensor {
        let cells = (height: 52, width: 40), result = Tensor(uninitialized: [1, 1, cells.height, cells.width]), to = result.mutablePointer
        let step = SIMD2(Float(crop.width) / Float(cells.width), Float(crop.height) / Float(cells.height)), radius = Float(crop.radius)
        for row in 0..<cells.height {
            for column in 0..<cells.width {
                let place = (SIMD2(Float(column), Float(row)) + 0.5) * step
                let height = ((place - chin) * axis).sum()
                let low = Fading.share((height - Self.chinEnds) / (Self.cheeksBegin - Self.chinEnds))
                let from = Self.cheeksFade.from + (Self.chinFades.from - Self.cheeksFade.from) * low
                let end = Self.cheeksFade.to + (Self.chinFades.to - Self.cheeksFade.to) * low
                to[row * cells.width + column] =
                    Fading.share((beyond(place) / radius - from) / (end - from))
                    * Fading.share((height - nose) / (Self.aboveNose * radius * pixel))
            }
        }
        return BilinearResizing.forward(result, height: crop.height, width: crop.width)
    }

    /// How far a place is beyond the polygon's edge, in pixels; 0 inside it.
    func outside(_ place: SIMD2<Float>) -> Float { max(0, beyond(place)) }

    /// How far a place is beyond the polygon's edge, in pixels; less than 0 inside it.
    private func beyond(_ place: SIMD2<Float>) -> Float {
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
        return isInside ? -nearest.squareRoot() : nearest.squareRoot()
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
