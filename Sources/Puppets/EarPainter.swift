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
        guard let shape = outline(upright) else { return .clear }
        let (ear, side, narrow, radius) = (shape.ear, shape.side, shape.narrow, shape.narrow.length)
        var result = Paint.clear
        let alpha = shape.alpha
        if alpha > 0 {
            var color = identity.skin * Color(0.96, 0.84, 0.81)
            let inner = Point(narrow.x + 0.2, narrow.y + 0.02).length
            color.cover(identity.skin * Color(0.62, 0.44, 0.41), smoothStep(0.75, 0.45, inner) * 0.65)
            color.cover(identity.skin * Color(1.04, 0.92, 0.9), bump((radius - 0.85) / 0.18) * 0.5)
            let slope = Point(side * (0.5 + ear.x * 3), ear.y * 1.5)
            result = Paint(color: light.lit(color, slope, shadow: FacePainter.shadow, gloss: 0.05), alpha: alpha)
        }
        if let metal = identity.earring {
            let drop = pendant(ear)
            let shine = bump((drop - Point(-0.012, -0.014)).length / 0.03)
            result.add(Paint(color: metal * (0.75 + 0.35 * shine), alpha: coverage(drop.length - 0.04, pixel)))
        }
        return result
    }
    /// The point of the ears' layer at an upright point, and how much an ear or what hangs from it covers there.
    func shape(_ upright: Point) -> (place: Point, alpha: Float)? {
        guard let shape = outline(upright) else { return nil }
        let metal = identity.earring == nil ? 0 : coverage(pendant(shape.ear).length - 0.04, pixel)
        return (shape.place, max(shape.alpha, metal))
    }

    /// From the middle of what hangs from the ear.
    @inline(__always)
    private func pendant(_ ear: Point) -> Point { Point(ear.x + 0.045, ear.y - 0.225 * identity.earSize - 0.03) }

    private typealias Shape = (place: Point, side: Float, ear: Point, narrow: Point, alpha: Float)

    @inline(__always)
    private func outline(_ upright: Point) -> Shape? {
        guard !isCovered else { return nil }
        let place = map.layerPoint(upright, Self.depth)
        let side: Float = place.x < 0 ? -1 : 1
        let size = identity.earSize
        let middle = Point(identity.faceWidth + 0.015, 0.16)
        let ear = Point(place.x * side - middle.x, place.y - middle.y)
        guard abs(ear.x) < 0.3, abs(ear.y) < 0.75 else { return nil }
        // An egg that leans outward at its top.
        let out = ear.x + ear.y * 0.22
        // Inward it goes on, behind the face, so that no gap opens when the head turns.
        let leaned = Point((out < 0 ? out * 0.45 : out) / (0.125 * size), ear.y / (0.225 * size))
        let narrow = Point(leaned.x * (1 + 0.22 * clamp(leaned.y, -1, 1)), leaned.y)
        return (place, side, ear, narrow, coverage((narrow.length - 1) * 0.14 * size, pixel))
    }
}
