/// Paints both eyes with their lids and lashes, and the brows, onto the face.
struct EyePainter {
    private let identity: PuppetIdentity
    private let pixel: Float
    private let blinks: (left: Float, right: Float)
    private let brows: Float
    private let squint: Float
    private let gaze: Point
    /// Toward the light, for the glints.
    private let glint: Point

    init(_ identity: PuppetIdentity, _ pose: PuppetPose, _ map: HeadMap, pixel: Float) {
        self.identity = identity
        self.pixel = pixel
        blinks = (clamp(pose.blinkLeft), clamp(pose.blinkRight))
        brows = clamp(pose.brows, -1, 1)
        squint = clamp(pose.smile) * 0.35 + clamp(-pose.brows) * 0.2
        gaze = Point(clamp(pose.gazeX, -1, 1) * 0.36, clamp(pose.gazeY, -1, 1) * 0.2)
        let toward = map.fixed(identity.light)
        glint = Point(toward.x, toward.y)
    }

    func paint(_ paint: inout Paint, _ place: Point, _ slope: Point, _ light: Illumination) {
        guard place.y > -0.55, place.y < 0.42 else { return }
        let side: Float = place.x < 0 ? -1 : 1
        // Mirrored, so that x grows outward from the nose.
        let outward = Point(place.x * side - identity.eyeSpacing, place.y - identity.eyeHeight)
        brow(&paint, outward)
        let size = identity.eyeSize
        let eye = Point(outward.x / size, outward.y / size + identity.eyeTilt * outward.x / size)
        guard abs(eye.x) < 1.5, abs(eye.y) < 1.5 else { return }
        self.eye(&paint, eye, mirror: side, blink: side < 0 ? blinks.left : blinks.right, light, slope)
    }

    /// How far above and below the lid's crease the skin goes with it, in half breadths of the eye.
    private static let fold: ClosedRange<Float> = -0.11...0.05

    /// How much hair makes a point one of lashes or brows: little, because its dark is seen from afar.
    private static let softEdge: Float = 0.2

    /// What of eyes and brows is at a point of the face; nil for none.
    ///
    /// The surface's place is across the eye in half breadths, and: for the iris from its middle; for lids and
    /// lashes from the lid's edge; for the crease from its middle. For a brow it is across in head units, and from the
    /// brow's middle.
    func surface(_ place: Point) -> Surface? {
        guard place.y > -0.55, place.y < 0.42 else { return nil }
        let side: Float = place.x < 0 ? -1 : 1
        let outward = Point(place.x * side - identity.eyeSpacing, place.y - identity.eyeHeight)
        let size = identity.eyeSize
        let eye = Point(outward.x / size, outward.y / size + identity.eyeTilt * outward.x / size)
        if abs(eye.x) < 1.3, abs(eye.y) < 1.5 {
            let pixel = pixel / size
            let lines = lines(eye.x, side)
            func found(_ part: PuppetPart, _ y: Float) -> Surface {
                Surface(part: part, place: Point(eye.x, y), side: side)
            }
            if lashStroke(eye, lines, pixel) >= Self.softEdge { return found(.lashes, eye.y - lines.lashes) }
            if openness(eye, lines, pixel) >= 0.5 {
                let iris = irisPoint(eye, mirror: side)
                return iris.length < Self.irisRadius
                    ? Surface(part: .iris, place: iris, side: side) : found(.eyeball, eye.y)
            }
            if abs(eye.x) < 0.95, abs(eye.y - lines.lower - 0.015) < 0.07 {
                return found(.lowerLid, eye.y - lines.lower)
            }
            if abs(eye.x) < 1.05, eye.y < max(lines.upper, lines.lower) {
                let y = eye.y - lines.crease
                if Self.fold.contains(y) { return found(.crease, y) }
                if y > 0 { return found(.lid, eye.y - lines.upper) }
            }
        }
        guard let brow = BrowLine(identity, outward.x, brows: brows) else { return nil }
        let away = outward.y - brow.middle
        guard coverage(abs(away) - brow.half, pixel + brow.half * 0.5) * brow.ends >= Self.softEdge else { return nil }
        return Surface(part: .brow, place: Point(outward.x, away), side: side)
    }

    /// Where on the face a point of eyes and brows is.
    func place(of surface: Surface) -> Point {
        func face(_ outward: Point) -> Point {
            Point((outward.x + identity.eyeSpacing) * surface.side, outward.y + identity.eyeHeight)
        }
        if surface.part == .brow {
            guard let brow = BrowLine(identity, surface.place.x, brows: brows) else { return face(surface.place) }
            return face(Point(surface.place.x, surface.place.y + brow.middle))
        }
        var eye = surface.place
        if surface.part == .iris { eye = eyePoint(iris: eye, mirror: surface.side) }
        let lines = lines(eye.x, surface.side)
        switch surface.part {
        case .lashes: eye.y += lines.lashes
        case .lowerLid: eye.y += lines.lower
        case .crease: eye.y += lines.crease
        case .lid: eye.y += lines.upper
        default: break
        }
        return face(Point(eye.x, eye.y - identity.eyeTilt * eye.x) * identity.eyeSize)
    }

    @inline(__always)
    private func lines(_ x: Float, _ side: Float) -> EyeLines {
        EyeLines(identity, x, blink: side < 0 ? blinks.left : blinks.right, brows: brows, squint: squint)
    }

    private static let irisRadius: Float = 0.5

    /// A point of the eye, from the iris's middle.
    @inline(__always)
    private func irisPoint(_ eye: Point, mirror: Float) -> Point {
        Point(eye.x - gaze.x * mirror, eye.y - gaze.y + 0.08 * identity.eyeOpening)
    }

    /// `irisPoint` undone.
    @inline(__always)
    private func eyePoint(iris: Point, mirror: Float) -> Point {
        Point(iris.x + gaze.x * mirror, iris.y + gaze.y - 0.08 * identity.eyeOpening)
    }

    /// How much of the eyeball is seen between the lids.
    @inline(__always)
    private func openness(_ eye: Point, _ lines: EyeLines, _ pixel: Float) -> Float {
        coverage(lines.upper - eye.y, pixel) * coverage(eye.y - lines.lower, pixel) * coverage(abs(eye.x) - 1, pixel)
            * clamp((lines.lower - lines.upper) / pixel)
    }

    /// How much the lashes along the upper lid cover.
    @inline(__always)
    private func lashStroke(_ eye: Point, _ lines: EyeLines, _ pixel: Float) -> Float {
        let (thick, reach) = (lines.lashThickness, lines.lashReach)
        let stroke = abs(eye.y - lines.lashes + lines.wing) - thick * 0.5 * clamp((reach - abs(eye.x)) * 4)
        return coverage(stroke, pixel) * coverage(abs(eye.x) - reach, pixel * 2)
    }

    /// - Parameter eye: in half breadths of the eye from its middle, x outward from the nose.
    private func eye(
        _ paint: inout Paint, _ eye: Point, mirror: Float, blink: Float, _ light: Illumination, _ slope: Point
    ) {
        let pixel = pixel / identity.eyeSize
        let lines = lines(eye.x, mirror)
        let (across, upper, lower) = (lines.across, lines.upper, lines.lower)
        let inside = openness(eye, lines, pixel)

        // Skin of the lid, between the crease and the lashes.
        let skin = identity.skin
        let creaseLine = lines.crease
        let within = coverage(abs(eye.x) - 1.1, 0.4)
        let lid = smoothStep(creaseLine - 0.1, creaseLine + 0.1, eye.y) * coverage(eye.y - lower, pixel) * within
        paint.cover(paint.color * Color(0.9, 0.82, 0.81), lid * 0.7)
        let crease = bump((eye.y - creaseLine) / 0.11) * clamp(across * 3)
        paint.cover(paint.color * Color(0.6, 0.5, 0.48), crease * (0.3 + 0.45 * identity.crease))
        // A fold under the eye.
        paint.cover(
            paint.color * Color(0.8, 0.72, 0.7),
            bump((eye.y - lower - 0.26) / 0.12) * clamp(across * 2) * (0.15 + 0.4 * identity.age + 0.3 * squint))

        if inside > 0 {
            var ball = Color(0.95, 0.94, 0.93)
            ball.cover(Color(0.86, 0.7, 0.67), smoothStep(0.55, 1.05, abs(eye.x)) * 0.6)
            let iris = irisPoint(eye, mirror: mirror)
            let radius = Self.irisRadius
            let distance = iris.length
            let (u, v) = (iris.x * mirror, iris.y)
            if distance < radius + 0.1 {
                let t = distance / radius
                var color = identity.eyeColor
                // Rays, lighter opposite the light where it passes through.
                let rays = SmoothNoise.at(
                    u / (distance + 0.05) * 5, v / (distance + 0.05) * 5, seed: identity.noise &+ 8)
                color *= 0.9 + 0.16 * rays
                color = color.lighter(0.28 * clamp(0.45 - (u * glint.x + v * glint.y) * 1.6) * smoothStep(1, 0.5, t))
                color.cover(identity.eyeColor * 0.3, smoothStep(0.72, 0.98, t) * 0.85)
                color.cover(Color(0x0a0807), coverage(distance - 0.215, pixel))
                ball.cover(color, coverage(distance - radius, pixel * 1.3))
            }
            // The upper lid's shadow.
            let shadow = smoothStep(0.34, 0, eye.y - upper)
            ball *= Color(repeating: 1) - Color(0.42, 0.44, 0.44) * shadow
            let brightness = 0.72 + 0.3 * light.brightness(slope * 0.5).diffuse
            ball *= brightness
            let first = Point(u - glint.x * 0.3, v - glint.y * 0.34)
            ball.cover(Color(repeating: 1), coverage(first.length - 0.105, pixel))
            let second = Point(u + glint.x * 0.28, v + glint.y * 0.3)
            ball.cover(Color(repeating: 1), coverage(second.length - 0.06, pixel) * 0.45)
            paint.cover(ball, inside)
        }

        // Lashes along the upper lid, longer outward; a thin line along the lower one.
        let lashes = identity.lashes
        let dark = Color(0x1b120e) + (skin * 0.35 - Color(0x1b120e)) * 0.25
        paint.cover(dark, lashStroke(eye, lines, pixel) * 0.92)
        let under = abs(eye.y - lower - 0.015) - 0.022
        paint.cover(
            skin * Color(0.45, 0.3, 0.28),
            coverage(under, max(pixel, 0.06)) * coverage(abs(eye.x) - 0.95, 0.2) * (0.4 + 0.2 * lashes))
        // The inner corner.
        let corner = Point(eye.x + 0.97, eye.y - 0.02)
        paint.cover(Color(0.8, 0.52, 0.5), coverage(corner.length - 0.08, pixel * 2) * 0.6 * (1 - blink))
    }

    private func brow(_ paint: inout Paint, _ outward: Point) {
        guard let brow = BrowLine(identity, outward.x, brows: brows) else { return }
        // Hairs lean outward.
        let hairs = SmoothNoise.at(outward.x * 55 + outward.y * 30, outward.y * 12, seed: identity.noise &+ 9)
        let distance = abs(outward.y - brow.middle) - brow.half * (1 + 0.14 * hairs)
        let alpha = coverage(distance, pixel + brow.half * 0.5) * brow.ends
        paint.cover(identity.browColor * (1 + 0.18 * hairs), alpha * 0.82)
    }
}
