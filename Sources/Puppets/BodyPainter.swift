/// Paints neck, shoulders and clothes. They follow the head's place but not its turns; the neck joins both.
struct BodyPainter {
    private let identity: PuppetIdentity
    private let shapes: BodyShapes
    private let head: HeadShapes
    private let center: Point
    private let scale: Float
    private let pixel: Float
    private let lean: Float
    /// How far the pose has moved the base of the skull, against the body.
    private let joint: Point
    private let chinDrop: Float

    init(
        _ identity: PuppetIdentity, _ shapes: BodyShapes, _ head: HeadShapes, _ pose: PuppetPose, _ map: HeadMap,
        size: Int
    ) {
        self.identity = identity
        self.shapes = shapes
        self.head = head
        scale = HeadMap.unit * (1 + (pose.scale - 1) * 0.9)
        center = HeadMap.rest + Point(pose.shiftX, pose.shiftY) * 1.5
        pixel = 2 / (Float(size) * scale)
        lean = pose.roll * 0.15
        let under = Point(0, 0.7)
        joint = (map.picturePoint(under, DepthField(base: -0.1, bulge: 0)) - center) / scale - under
        chinDrop = clamp(pose.mouthOpen) * 0.1
    }

    /// The body's point that appears at a picture's point.
    @inline(__always)
    private func bodyPoint(_ point: Point) -> Point {
        let place = (point - center) / scale
        return Point(place.x - lean * (1.9 - place.y), place.y)
    }

    /// Where a point of the clothes is in the picture; `bodyPoint` undone.
    func clothesPoint(_ place: Point) -> Point {
        Point(place.x + lean * (1.9 - place.y), place.y) * scale + center
    }

    /// Where a point of the neck is in the picture.
    func neckPoint(_ place: Point) -> Point {
        // The joint's pull depends on where the point is pulled to.
        var pulled = place
        for _ in 0..<8 { pulled = place + joint * neckPull(pulled) }
        return clothesPoint(pulled)
    }

    /// The clothes' point at a picture's point, and how much they cover there.
    func clothes(_ point: Point) -> (place: Point, alpha: Float)? {
        let place = bodyPoint(point)
        guard place.y > 0.8 else { return nil }
        return (place, coverage(shapes.clothes.at(place), pixel))
    }

    /// The neck's point at a picture's point, and how much it covers there.
    func neck(_ point: Point) -> (place: Point, alpha: Float)? {
        var place = bodyPoint(point)
        guard place.y > 0.1 else { return nil }
        place -= joint * neckPull(place)
        return (place, coverage(shapes.neck.at(place), pixel))
    }

    /// How much the neck goes with the head: its upper end does.
    @inline(__always)
    private func neckPull(_ place: Point) -> Float { smoothStep(1.4, 0.75, place.y) }

    func paintClothes(_ point: Point) -> Paint {
        let place = bodyPoint(point)
        guard place.y > 0.8 else { return .clear }
        let edge = shapes.clothes.at(place)
        let alpha = coverage(edge, pixel)
        guard alpha > 0 else { return .clear }
        var color = fabric(place, identity.clothesColor)
        switch identity.clothes {
        case .suit: color = suit(place)
        case .collar: color = collar(place)
        case .hoodie:
            color = fabric(place, identity.clothesColor)
            // The hood lies round the neck; two cords hang from it.
            let ring = Point(place.x / 0.62, (place.y - 1.2) / 0.32).length
            color *= 1 - 0.3 * bump((ring - 1.12) / 0.16)
            color = color.lighter(0.07 * bump((ring - 0.93) / 0.14))
            let cord = abs(abs(place.x) - 0.2) - 0.022
            color.cover(
                identity.shirtColor,
                coverage(cord, pixel) * coverage(1.5 - place.y, pixel) * coverage(place.y - 1.86, pixel))
        case .turtleneck:
            let rib = abs((place.x * 16).truncatingRemainder(dividingBy: 1))
            if place.y < 1.27 { color *= 0.94 + 0.06 * bump(rib * 2 - 1) }
            color *=
                1 - 0.3 * bump((place.y - 1.3 - place.x * place.x * 0.5) / 0.09) * smoothStep(0.55, 0.35, abs(place.x))
        case .crewNeck, .vNeck:
            // A hem along the neckline.
            color *= 1 - 0.22 * bump((edge + 0.075) / 0.02)
        }
        // The shade of head and hair.
        let chin = place - Point(joint.x * 0.6, 0)
        color *= 1 - 0.34 * bump(chin.x / 0.8) * smoothStep(1.75, 1.2, place.y)
        return Paint(color: shaded(color, place, edge), alpha: alpha)
    }

    func paintNeck(_ point: Point) -> Paint {
        var place = bodyPoint(point)
        guard place.y > 0.1 else { return .clear }
        place -= joint * neckPull(place)
        let edge = shapes.neck.at(place)
        let alpha = coverage(edge, pixel)
        guard alpha > 0 else { return .clear }
        var color = identity.skin * Color(0.97, 0.94, 0.93)
        color += Color(repeating: SmoothNoise.at(place.x * 6, place.y * 6, seed: identity.noise &+ 30) * 0.012)
        // Sinews and collar bones.
        color *=
            1 - 0.07 * bump((abs(place.x) - mix(0.26, 0.08, clamp((place.y - 0.9) / 0.5))) / 0.07)
            * smoothStep(0.85, 1.1, place.y)
        color *= 1 - 0.1 * bump((place.y - 1.42 + abs(place.x) * 0.12) / 0.045) * smoothStep(0.06, 0.2, abs(place.x))
        var result = shaded(color, place, edge)
        // The chin's shadow, moved away from the light.
        let under = head.face.at(Point(place.x + identity.light.x * 0.12, place.y - 0.16 - chinDrop))
        let shade = smoothStep(0.14, -0.1, under) * (0.45 + 0.4 * identity.contrast)
        result *= Color(repeating: 1) + (FacePainter.shadow.lighter(0.1) - Color(repeating: 1)) * shade
        return Paint(color: result, alpha: alpha)
    }

    /// Light across the body's rounding.
    private func shaded(_ color: Color, _ place: Point, _ edge: Float) -> Color {
        let round = clamp(1 + edge / 0.4)
        let slope = Point(
            place.x * 0.45 + (place.x < 0 ? -1 : 1) * round * round * 0.7, (place.y - 1.5) * 0.3 - round * 0.4)
        let normal = SIMD3(slope.x, slope.y - 0.1, 1) / (1 + slope.x * slope.x + slope.y * slope.y).squareRoot()
        let diffuse = clamp(((normal * identity.light).sum() + 0.3) / 1.3)
        let low = 1 - 0.55 * identity.contrast
        return color * (low + (1.08 - low) * diffuse)
    }

    private func fabric(_ place: Point, _ base: Color) -> Color {
        var color = base
        let noise = identity.noise
        let folds = SmoothNoise.at(place.x * 2.2 + place.y * 0.8, place.y * 1.1, seed: noise &+ 31)
        let weave = SmoothNoise.at(place.x * 38, place.y * 38, seed: noise &+ 32)
        let accent = identity.shirtColor
        switch identity.pattern {
        case .plain: break
        case .stripes:
            let t = place.y * 6.5 + place.x * place.x * 0.7
            color.cover(accent, coverage(abs(t - t.rounded()) / 6.5 - 0.032, pixel) * 0.75)
        case .checks:
            let (u, v) = (place.x * 4.2, place.y * 4.2)
            let lines =
                coverage(abs(u - u.rounded()) / 4.2 - 0.04, pixel) + coverage(abs(v - v.rounded()) / 4.2 - 0.04, pixel)
            color.cover(accent, clamp(lines * 0.3))
        case .dots:
            let row = (place.y * 5).rounded()
            let u = place.x * 5 + (row.truncatingRemainder(dividingBy: 2) == 0 ? 0 : 0.5)
            let away = Point((u - u.rounded()) / 5, (place.y * 5 - row) / 5)
            color.cover(accent, coverage(away.length - 0.036, pixel) * 0.8)
        }
        return color * (1 + 0.11 * folds + 0.035 * weave)
    }

    private func collar(_ place: Point) -> Color {
        var color = fabric(place, identity.clothesColor)
        let x = abs(place.x)
        // Two leaves that fall from the neck, and a row of buttons.
        let leaf = max(
            (x - 0.5) * 0.8 + (place.y - 1.3) * 0.3,
            max(place.y - 1.58 + (x - 0.3) * 0.5, 0.05 + (place.y - 1.62) * 0.48 - x))
        let dark = color * 0.72
        color.cover(dark, smoothStep(0.05, 0, leaf) * coverage(-leaf, pixel) * 0.8)
        color.cover(identity.clothesColor.lighter(0.09), coverage(leaf, pixel))
        color.cover(dark, coverage(abs(place.x - 0.045) - 0.006, pixel) * coverage(1.6 - place.y, pixel) * 0.7)
        let button = (place.y - 1.72) / 0.26
        let away = Point(place.x, (button - button.rounded()) * 0.26)
        color.cover(
            identity.shirtColor.grayer(0.5), coverage(away.length - 0.028, pixel) * coverage(1.62 - place.y, pixel))
        return color
    }

    private func suit(_ place: Point) -> Color {
        let x = abs(place.x)
        var color =
            identity.clothesColor.darker(0.35)
            * (1 + 0.1 * SmoothNoise.at(place.x * 2.2, place.y * 1.1, seed: identity.noise &+ 31))
        // The shirt shows in a wedge, the tie on it, lapels beside it.
        let wedge = x - 0.42 + (place.y - 1.2) * 0.4
        let lapel = max(wedge - 0.2 + max(0, place.y - 1.75) * 0.15, -wedge)
        color.cover(color.lighter(0.09), coverage(lapel, pixel))
        color.cover(color * 0.6, bump((wedge - 0.2) / 0.02) * 0.5)
        var shirt =
            identity.shirtColor * (1 + 0.03 * SmoothNoise.at(place.x * 3, place.y * 3, seed: identity.noise &+ 33))
        shirt *= 1 - 0.3 * smoothStep(-0.08, 0, wedge)
        let leaf = max(
            x - 0.36 + (place.y - 1.3) * 0.1, max(place.y - 1.52 + x * 0.3, 0.02 + (place.y - 1.45) * 0.75 - x))
        shirt.cover(shirt * 0.75, smoothStep(0.04, 0, leaf) * coverage(-leaf, pixel))
        if identity.noise & 8 == 0 {
            let tie = max(x - mix(0.085, 0.13, clamp((place.y - 1.5) / 0.6)), 1.46 - place.y)
            let knot = max(x - 0.1 + (place.y - 1.44) * 0.35, max(place.y - 1.56, 1.4 - place.y))
            let cloth =
                identity.backdropAccent.darker(0.25)
                * (1 + 0.08 * bump((place.x * 3 + place.y * 5).truncatingRemainder(dividingBy: 1) * 2 - 1))
            shirt.cover(cloth * 0.92, coverage(tie, pixel))
            shirt.cover(cloth * 1.08, coverage(knot, pixel))
        }
        color.cover(shirt, coverage(wedge, pixel))
        return color
    }
}
