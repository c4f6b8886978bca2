/// Where a pose puts the head: from a picture's points to a layer's own coordinates and back.
///
/// Picture coordinates run from -1 to 1 over the square, y down. Head coordinates have the chin at y = 1 and the crown at
/// y = -1, x to the picture's right, as seen from the front; a layer's depth turns, nods and leans with them.
package struct HeadMap {
    /// A head unit in picture coordinates at scale 1: the skull takes 57 % of the height.
    static let unit: Float = 0.57
    /// The head's middle at rest, in picture coordinates.
    static let rest = Point(0, -0.09)
    /// The height round which the head nods and leans.
    private static let pivot: Float = 0.55

    private let yaw: (sine: Float, cosine: Float)
    private let pitch: (sine: Float, cosine: Float)
    private let roll: (sine: Float, cosine: Float)
    private let center: Point
    private let scale: Float

    package init(_ pose: PuppetPose) {
        yaw = sineAndCosine(pose.yaw)
        pitch = sineAndCosine(pose.pitch)
        roll = sineAndCosine(pose.roll)
        center = Self.rest + Point(pose.shiftX, pose.shiftY) * 2
        scale = Self.unit * pose.scale
    }

    /// Where a point of a layer appears in the picture.
    package func picturePoint(_ place: Point, _ depth: DepthField) -> Point {
        let z = depth.at(place).depth
        let y = place.y - Self.pivot
        let turned = Point(place.x * yaw.cosine + z * yaw.sine, y)
        let front = z * yaw.cosine - place.x * yaw.sine
        let nodded = Point(turned.x, turned.y * pitch.cosine - front * pitch.sine)
        let leaned = Point(
            nodded.x * roll.cosine - nodded.y * roll.sine, nodded.x * roll.sine + nodded.y * roll.cosine)
        return center + (leaned + Point(0, Self.pivot)) * scale
    }

    /// The picture's point with shift, scale and lean undone; common to all layers.
    package func upright(_ point: Point) -> Point {
        let place = (point - center) / scale - Point(0, Self.pivot)
        return Point(place.x * roll.cosine + place.y * roll.sine, place.y * roll.cosine - place.x * roll.sine)
    }

    /// The point of a layer that appears at an upright point: `picturePoint` undone by three steps of Newton's method.
    package func layerPoint(_ upright: Point, _ depth: DepthField) -> Point {
        var place = Point(upright.x / yaw.cosine, upright.y / pitch.cosine + Self.pivot)
        let start = depth.base + depth.bulge * 0.7
        place -= Point(start * yaw.sine / yaw.cosine, -start * pitch.sine / pitch.cosine)
        for _ in 0..<3 {
            let (z, slope) = depth.at(place)
            let front = z * yaw.cosine - place.x * yaw.sine
            let missX = place.x * yaw.cosine + z * yaw.sine - upright.x
            let missY = (place.y - Self.pivot) * pitch.cosine - front * pitch.sine - upright.y
            let xx = yaw.cosine + slope.x * yaw.sine
            let xy = slope.y * yaw.sine
            let yx = (yaw.sine - slope.x * yaw.cosine) * pitch.sine
            let yy = pitch.cosine - slope.y * yaw.cosine * pitch.sine
            let determinant = max(xx * yy - xy * yx, 0.2)
            place.x -= (yy * missX - xy * missY) / determinant
            place.y -= (xx * missY - yx * missX) / determinant
        }
        return place
    }

    /// A direction fixed to the head, as the pose turns it in the picture; z toward the viewer.
    @inline(__always)
    func turned(_ direction: SIMD3<Float>) -> SIMD3<Float> {
        let x = direction.x * yaw.cosine + direction.z * yaw.sine
        let front = direction.z * yaw.cosine - direction.x * yaw.sine
        let y = direction.y * pitch.cosine - front * pitch.sine
        let z = direction.y * pitch.sine + front * pitch.cosine
        return SIMD3(x * roll.cosine - y * roll.sine, x * roll.sine + y * roll.cosine, z)
    }

    /// A direction in the picture, as seen from the head; undoes `turned`.
    func fixed(_ direction: SIMD3<Float>) -> SIMD3<Float> {
        let x = direction.x * roll.cosine + direction.y * roll.sine
        let leaned = direction.y * roll.cosine - direction.x * roll.sine
        let y = leaned * pitch.cosine + direction.z * pitch.sine
        let front = direction.z * pitch.cosine - leaned * pitch.sine
        return SIMD3(x * yaw.cosine - front * yaw.sine, y, x * yaw.sine + front * yaw.cosine)
    }

    /// How far, in head units, something that stands out by one unit moves over the layer under it.
    var parallax: Point { Point(yaw.sine / yaw.cosine, -pitch.sine / pitch.cosine) }

    /// A pixel's size in head units.
    func pixel(size: Int) -> Float { 2 / (Float(size) * scale) }
}
