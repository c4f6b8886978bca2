/// Paints the face: skin with light and blush, and on it nose, mouth, eyes, brows and beard.
package struct FacePainter {
    package static let depth = DepthField(base: 0, bulge: 0.6, radius: Point(0.84, 1.3))
    /// What skin is multiplied by in full shadow.
    static let shadow = Color(0.56, 0.44, 0.42)

    private let identity: PuppetIdentity
    private let shapes: HeadShapes
    private let light: Illumination
    private let map: HeadMap
    private let pixel: Float
    private let parallax: Point
    private let eyes: EyePainter
    private let mouth: MouthPainter
    private let shadowShift: Point
    /// How far the open mouth lowers the chin.
    private let drop: Float

    init(
        _ identity: PuppetIdentity, _ shapes: HeadShapes, _ pose: PuppetPose, _ map: HeadMap, _ light: Illumination,
        pixel: Float
    ) {
        self.identity = identity
        self.shapes = shapes
        self.light = light
        self.map = map
        self.pixel = pixel
        parallax = map.parallax
        eyes = EyePainter(identity, pose, map, pixel: pixel)
        mouth = MouthPainter(identity, pose, pixel: pixel)
        let toward = map.fixed(identity.light)
        shadowShift = Point(toward.x, toward.y) * 0.16
        drop = mouth.drop
    }

    /// The face's own coordinates at rest of a point on its surface: the open mouth's stretch undone.
    @inline(__always)
    private func atRest(_ place: Point) -> Point {
        let from = identity.mouthHeight
        guard place.y > from else { return place }
        return Point(place.x, from + (place.y - from) * (1 - from) / (1 - from + drop))
    }

    /// `atRest` undone.
    @inline(__always)
    private func stretched(_ rest: Point) -> Point {
        let from = identity.mouthHeight
        guard rest.y > from else { return rest }
        return Point(rest.x, from + (rest.y - from) * (1 - from + drop) / (1 - from))
    }

    /// The face's point at an upright point, and how much skin covers there.
    func skin(_ upright: Point) -> (place: Point, alpha: Float)? {
        let place = map.layerPoint(upright, Self.depth)
        guard abs(place.x) < 0.95, place.y > -1.1, place.y < 1.3 else { return nil }
        return (place, coverage(shapes.face.at(atRest(place)), pixel))
    }

    /// What of the face is at a point of its layer. Skin is told by the point where it is at rest, seen from the front: the
    /// jaw's drop and the raised nose's shift undone.
    func surface(_ place: Point) -> Surface {
        eyes.surface(place) ?? mouth.surface(place)
            ?? Surface(part: .skin, place: atRest(place) + noseDisplacement(place) - place)
    }

    /// Whether a point that the face has in every pose has a place to be seen in this one: what is behind the teeth has
    /// none while the mouth is as good as closed.
    func hasRoom(for surface: Surface) -> Bool { surface.part != .mouth || mouth.hasRoom(for: surface) }

    /// Where on the layer lips meet, as far across as a point of the mouth's inside; nil for other points.
    func lipLine(at surface: Surface) -> Point? {
        surface.part == .teeth || surface.part == .mouth ? mouth.line(at: surface) : nil
    }

    /// Where on the layer a point of the face is.
    func place(of surface: Surface) -> Point {
        switch surface.part {
        case .upperLip, .lowerLip, .teeth, .mouth: return mouth.place(of: surface)
        case .iris, .eyeball, .lid, .crease, .lashes, .lowerLid, .brow: return eyes.place(of: surface)
        default:
            // The nose's shift depends on the place; it comes closer at every step.
            var place = stretched(surface.place)
            for _ in 0..<8 { place = stretched(surface.place + place - noseDisplacement(place)) }
            return place
        }
    }

    func paint(_ upright: Point) -> Paint {
        let place = map.layerPoint(upright, Self.depth)
        guard abs(place.x) < 0.95, place.y > -1.1, place.y < 1.3 else { return .clear }
        let rest = atRest(place)
        let edge = shapes.face.at(rest)
        let alpha = coverage(edge, pixel)
        guard alpha > 0 else { return .clear }

        let raised = noseDisplacement(place)
        let onSkin = rest + raised - place
        let slope = shapes.relief.at(onSkin)
        var paint = Paint(color: skin(onSkin, raised, slope), alpha: alpha)
        beard(&paint, rest, edge, slope)
        nose(&paint, raised)
        mouth.paint(&paint, place, light, slope)
        eyes.paint(&paint, place, slope, light)
        if let hair = shapes.frontHair {
            // The hair's shadow falls away from the light.
            let shade = smoothStep(0.07, -0.07, hair.at(place + shadowShift * Point(1, 1) * 0.6 + Point(0, -0.03)))
            paint.color *= Color(repeating: 1) + (Self.shadow.lighter(0.25) - Color(repeating: 1)) * (shade * 0.6)
        }
        return paint
    }

    /// Where on the flat face the raised nose seen at `place` belongs.
    @inline(__always)
    private func noseDisplacement(_ place: Point) -> Point {
        let from = identity.eyeHeight - 0.1
        let along = clamp((place.y - from) / (identity.noseHeight - from))
        let height = along * along * smoothStep(identity.noseHeight + 0.22, identity.noseHeight, place.y) * 0.2
        let near = bump(place.x / 0.42)
        return place - parallax * (height * near)
    }

    private func skin(_ rest: Point, _ raised: Point, _ slope: Point) -> Color {
        var color = identity.skin
        let noise = identity.noise
        let mottled = SmoothNoise.at(rest.x * 5, rest.y * 5, seed: noise) * 0.014
        let fine = SmoothNoise.at(rest.x * 23, rest.y * 23, seed: noise &+ 1) * 0.012
        color += Color(mottled + fine, (mottled * 0.7) + fine, (mottled * 0.5) + fine)

        let side = abs(rest.x)
        func spot(_ x: Float, _ y: Float, _ width: Float, _ tall: Float) -> Float {
            let (u, v) = ((side - x) / width, (rest.y - y) / tall)
            return bump((u * u + v * v).squareRoot())
        }
        let red = identity.skin * Color(0.98, 0.7, 0.66)
        color.cover(red, spot(0.44, 0.38, 0.3, 0.24) * identity.blush * 0.6)
        color.cover(red, bump((raised - Point(0, identity.noseHeight - 0.08)).length / 0.16) * 0.35 * identity.blush)
        color.cover(
            identity.skin * Color(0.8, 0.66, 0.64),
            spot(identity.eyeSpacing, identity.eyeHeight + 0.1, 0.2, 0.1) * (0.25 + 0.3 * identity.age))
        if identity.freckles > 0 {
            let area = spot(0.3, 0.3, 0.42, 0.24) + spot(0, 0.25, 0.2, 0.2) * 0.6
            color.cover(identity.skin * Color(0.74, 0.57, 0.45), freckle(rest) * clamp(area) * identity.freckles * 0.75)
        }
        if let mole = identity.mole {
            color.cover(identity.skin * 0.4, coverage((rest - mole).length - 0.016, pixel) * 0.8)
        }
        if identity.age > 0.3 {
            // Lines on the forehead.
            let wave = rest.y * 26 + SmoothNoise.at(rest.x * 3, seed: noise &+ 3) * 1.2
            let line = bump((wave - wave.rounded()) * 5)
            let area = smoothStep(-0.62, -0.5, rest.y) * smoothStep(-0.2, -0.3, rest.y) * smoothStep(0.5, 0.25, side)
            color *= 1 - 0.1 * line * area * (identity.age - 0.3)
        }
        return light.lit(color, slope, shadow: Self.shadow, gloss: 0.1)
    }

    /// How much of a freckle is at a point: every small square of the skin has one or none.
    @inline(__always)
    private func freckle(_ rest: Point) -> Float {
        let grid: Float = 23
        let (u, v) = (rest.x * grid, rest.y * grid)
        let (column, row) = (u.rounded(.down), v.rounded(.down))
        func random(_ number: UInt32) -> Float { SmoothNoise.at(column, row, seed: identity.noise &+ number) }
        let size = random(2)
        guard size > -0.1 else { return 0 }
        let away = Point(u - column - 0.5 - 0.22 * random(60), v - row - 0.5 - 0.22 * random(61))
        let soft = max(pixel * grid, 0.16)
        return coverage(away.length - 0.15 - 0.1 * size, soft) * (0.65 + 0.35 * random(62))
    }

    private func nose(_ paint: inout Paint, _ place: Point) {
        let (width, base) = (identity.noseWidth, identity.noseHeight)
        let dark = identity.skin * Color(0.5, 0.34, 0.3)
        let side = abs(place.x)
        // Under the tip, and away from the light beside it.
        let under = bump((place.y - (base + 0.035)) / 0.06) * bump(place.x / (width * 1.25))
        paint.cover(dark, under * 0.22 * (0.4 + 0.6 * identity.contrast))
        // The nostrils, and the curve of the wings.
        let nostril = Point(
            (side - width * 0.46) / (width * 0.36), (place.y - (base - 0.008 + (side - width * 0.4) * 0.15)) / 0.026)
        paint.cover(dark * 0.62, smoothStep(1.2, 0.5, nostril.length) * 0.7)
        let wing = Point((side - width * 0.72) / (width * 0.42), (place.y - (base - 0.045)) / 0.075)
        let ring = abs(wing.length - 1) * 0.06
        paint.cover(dark, coverage(ring - 0.008, pixel + 0.016) * smoothStep(0.1, 0.7, wing.x + wing.y * 0.3) * 0.3)
        // A soft light on the tip.
        paint.color += Color(repeating: 0.1) * bump((place - Point(0.012, base - 0.1)).length / 0.065)
    }

    private func beard(_ paint: inout Paint, _ rest: Point, _ edge: Float, _ slope: Point) {
        guard identity.beard != .none else { return }
        let (mouthY, side) = (identity.mouthHeight, abs(rest.x))
        // Two wings from under the nose to the corners of the mouth.
        let reach = identity.mouthWidth + 0.07
        let t = side / reach
        let wing = abs(rest.y - (mouthY - 0.085 + 0.1 * t * t)) - 0.052 * max(0, 1 - t * t * t) - 0.006
        let mustache = smoothStep(0.018, -0.022, wing) * smoothStep(1.02, 0.85, t) * (1 - 0.3 * bump(side / 0.045))
        let chin = Point(side / 0.25, (rest.y - mouthY - 0.245) / 0.175)
        let chinPatch = smoothStep(1.12, 0.85, chin.length)
        // Round the mouth, where wings and chin meet.
        let round = Point(side / (reach + 0.02), (rest.y - mouthY - 0.06) / 0.2).length
        let ring = 0.85 * bump((round - 1) / 0.2) * smoothStep(mouthY - 0.06, mouthY + 0.02, rest.y)
        let line = mix(0.42, mouthY - 0.1, smoothStep(0.7, 0.25, side))
        let jawPatch =
            smoothStep(line, line + 0.14, rest.y + side * 0.08)
            * smoothStep(0.2, 0.4, side + max(0, rest.y - mouthY) * 1.2)
        let sides =
            smoothStep(identity.faceWidth - 0.17, identity.faceWidth - 0.06, side) * smoothStep(-0.05, 0.15, rest.y)
        let (shape, strength): (Float, Float)
        switch identity.beard {
        case .none: return
        case .stubble:
            let lip = max(mustache * 0.75, max(chinPatch, ring) * 0.9)
            (shape, strength) = (max(lip, max(jawPatch, sides * 0.7)), 0.36)
        case .full: (shape, strength) = (max(max(mustache, max(chinPatch, ring)), max(jawPatch, sides)), 0.95)
        case .goatee: (shape, strength) = (max(mustache, max(chinPatch, ring)), 0.92)
        case .mustache: (shape, strength) = (mustache, 0.94)
        }
        guard shape > 0 else { return }
        // Hairs grow outward and down; single ones end the beard rather than a line.
        let noise = identity.noise
        let lean = rest.y - side * 0.45
        let fine = SmoothNoise.at(rest.x * 71 + lean * 9, lean * 19 - rest.x * 5, seed: noise &+ 5)
        let coarse = SmoothNoise.at(rest.x * 31 - lean * 7, lean * 11 + rest.x * 6, seed: noise &+ 6)
        let strands = 0.6 * fine + 0.5 * coarse
        var amount = shape * (1 + 0.35 * strands)
        if identity.beard != .stubble {
            amount = smoothStep(0.12, 0.8, shape + 1.2 * shape * (1 - shape) * strands) * (1 + 0.1 * strands)
        }
        amount = clamp(amount) * strength
        let color = identity.hairColor.darker(0.12) * (1 + 0.22 * strands)
        paint.cover(light.lit(color, slope, shadow: Color(0.5, 0.47, 0.46), gloss: 0.03), amount)
    }
}

extension SIMD2 where Scalar == Float {
    /// The Euclidean length.
    @inline(__always)
    var length: Float { (x * x + y * y).squareRoot() }
}
