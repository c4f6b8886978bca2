/// Paints hair before and behind the head: strands with a band of shine, or tufts where it curls.
package struct HairPainter {
    package static let front = DepthField(base: 0.015, bulge: 0.6, radius: Point(0.85, 1.31))
    package static let back = DepthField(base: -0.45, bulge: 0.2, radius: Point(1.1, 1.4))

    private let identity: PuppetIdentity
    private let shapes: HeadShapes
    private let map: HeadMap
    private let light: Illumination
    private let pixel: Float

    init(_ identity: PuppetIdentity, _ shapes: HeadShapes, _ map: HeadMap, _ light: Illumination, pixel: Float) {
        self.identity = identity
        self.shapes = shapes
        self.map = map
        self.light = light
        self.pixel = pixel
    }

    func paintFront(_ upright: Point) -> Paint {
        guard let shape = frontShape(upright), shape.alpha > 0 else { return .clear }
        return Paint(color: color(shape.place, shape.edge, shape.strand), alpha: shape.alpha)
    }

    func paintBack(_ upright: Point) -> Paint {
        guard let shape = backShape(upright), shape.alpha > 0 else { return .clear }
        // In the head's shade, except where a bun or tail stands out of it.
        let shaded: Float = smoothStep(-0.15, 0.2, shapes.face.at(shape.place)) * 0.4 + 0.6
        return Paint(color: color(shape.place, shape.edge, shape.strand) * (shaded * 0.86), alpha: shape.alpha)
    }

    /// The point of the front hair's layer at an upright point, and how much hair covers there.
    func front(_ upright: Point) -> (place: Point, alpha: Float)? { frontShape(upright).map { ($0.place, $0.alpha) } }

    /// The point of the back hair's layer at an upright point, and how much hair covers there.
    func back(_ upright: Point) -> (place: Point, alpha: Float)? { backShape(upright).map { ($0.place, $0.alpha) } }

    private typealias Shape = (place: Point, edge: Float, strand: Float, alpha: Float)

    @inline(__always)
    private func frontShape(_ upright: Point) -> Shape? {
        guard let shape = shapes.frontHair else { return nil }
        let place = map.layerPoint(upright, Self.front)
        let (edge, strand) = ragged(shape.at(place), place)
        var alpha = coverage(edge, pixel * 1.2)
        if identity.hair == .buzz { alpha *= 0.82 * smoothStep(0.02, -0.1, edge) + 0.1 }
        return (place, edge, strand, alpha)
    }

    @inline(__always)
    private func backShape(_ upright: Point) -> Shape? {
        guard let shape = shapes.backHair else { return nil }
        let place = map.layerPoint(upright, Self.back)
        let (edge, strand) = ragged(shape.at(place), place)
        return (place, edge, strand, coverage(edge, pixel * 1.2))
    }

    /// The edge moved in and out by the strands that end there, and the strands' brightness, -1 to 1.
    private func ragged(_ edge: Float, _ place: Point) -> (Float, Float) {
        guard edge < 0.2 else { return (edge, 0) }
        let noise = identity.noise
        if identity.hair.isCurly {
            let tufts = SmoothNoise.at(place.x * 9, place.y * 9, seed: noise &+ 20)
            let curls = SmoothNoise.at(place.x * 21 + tufts * 2, place.y * 21, seed: noise &+ 21)
            return (edge + tufts * 0.025 + curls * 0.018, tufts * 0.45 + curls * 0.55)
        }
        if identity.hair == .buzz {
            return (edge, SmoothNoise.at(place.x * 40, place.y * 40, seed: noise &+ 20) * 0.5)
        }
        // Strands fan out from the parting and hang down at the sides.
        let root = Point(
            identity.hair == .sweptBack || identity.hair == .bun || identity.hair == .ponytail
                ? 0 : identity.part * 0.3, -1.0)
        let away = place - root
        let wave =
            identity.hair == .longWavy
            ? sineAndCosine(place.y * 7 + identity.part).sine * 0.05 * smoothStep(-0.4, 0.3, place.y) : 0
        let fan = (away.x + wave) / (0.45 + max(0, away.y) * 0.35 + abs(away.x) * 0.28)
        let broad = SmoothNoise.at(fan * 11, place.y * 0.5, seed: noise &+ 20)
        let fine = SmoothNoise.at(fan * 34, place.y * 0.9, seed: noise &+ 21)
        return (edge + broad * 0.014 + fine * 0.008, broad * 0.55 + fine * 0.45)
    }

    private func color(_ place: Point, _ edge: Float, _ strand: Float) -> Color {
        let base = identity.hairColor
        // Rounded like the head, and once more toward its own edge.
        let slope = Point(place.x * 0.95, place.y * 0.75 + 0.1)
        let depth = smoothStep(-0.02, -0.16, edge)
        var color = base * (1 + 0.3 * strand) * (0.72 + 0.28 * depth)
        color = light.lit(color, slope, shadow: Color(0.42, 0.4, 0.42), gloss: 0.03)
        let (diffuse, _, _) = light.brightness(slope)
        // Shine in a band over the crown, broken by the strands.
        let height = (place.x * place.x * 0.5 + (place.y + 0.05) * (place.y + 0.05)).squareRoot() + strand * 0.05
        let band = identity.hair.isCurly ? clamp(strand) * 0.3 : bump((height - 0.8) / 0.17)
        let shine = identity.hair == .buzz ? 0 : band * (0.35 + 0.65 * diffuse) * clamp(0.6 + 0.5 * strand)
        return color + (base.lighter(0.35) * 0.5 + Color(repeating: 0.06)) * (shine * 0.55 * diffuse)
    }
}
