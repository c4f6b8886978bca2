/// Paints the ears, and what hangs from them.
struct EarPainter {
    static let depth = DepthField(base: -0.08, bulge: 0.06, radius: Point(1.2, 1.4))

    private let identity: PuppetIdentity
    private let map: HeadMap
    private let light: Illumination
    private let pixel: Float
    /// Whether long hair lies over the ears.
    private let isCovered: Bool

    init(_ identity: PuppetIdentity, _ map: HeadMap, _ light: Illumination, pixel: Float) {
        self.identity = identity
        self.map = map
        self.light = light
        self.pixel = pixel
        isCovered = identity.hair.isLong
    }

    func paint(_ upright: Point) -> Paint {
        guard !isCovered else { return .clear }
        let place = map.layerPoint(upright, Self.depth)
        let side: Float = place.x < 0 ? -1 : 1
        let size = identity.earSize
        let middle = Point(identity.faceWidth + 0.015, 0.16)
        let ear = Point(place.x * side - middle.x, place.y - middle.y)
        guard abs(ear.x) < 0.3, abs(ear.y) < 0.75 else { return .clear }
        var result = Paint.clear
        // An egg that leans outward at its top.
        let out = ear.x + ear.y * 0.22
        // Inward it goes on, behind the face, so that no gap opens when the head turns.
        let leaned = Point((out < 0 ? out * 0.45 : out) / (0.125 * size), ear.y / (0.225 * size))
        let narrow = Point(leaned.x * (1 + 0.22 * clamp(leaned.y, -1, 1)), leaned.y)
        let radius = narrow.length
        let alpha = coverage((radius - 1) * 0.14 * size, pixel)
        if alpha > 0 {
            var color = identity.skin * Color(0.96, 0.84, 0.81)
            let inner = Point(narrow.x + 0.2, narrow.y + 0.02).length
            color.cover(identity.skin * Color(0.62, 0.44, 0.41), smoothStep(0.75, 0.45, inner) * 0.65)
            color.cover(identity.skin * Color(1.04, 0.92, 0.9), bump((radius - 0.85) / 0.18) * 0.5)
            let slope = Point(side * (0.5 + ear.x * 3), ear.y * 1.5)
            result = Paint(color: light.lit(color, slope, shadow: FacePainter.shadow, gloss: 0.05), alpha: alpha)
        }
        if let metal = identity.earring {
            let drop = Point(ear.x + 0.045, ear.y - 0.225 * size - 0.03)
            let shine = bump((drop - Point(-0.012, -0.014)).length / 0.03)
            result.add(Paint(color: metal * (0.75 + 0.35 * shine), alpha: coverage(drop.length - 0.04, pixel)))
        }
        return result
    }
}
