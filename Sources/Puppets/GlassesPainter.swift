/// Paints spectacles, which stand a little before the face.
struct GlassesPainter {
    static let depth = DepthField(base: 0.1, bulge: 0.6, radius: Point(0.9, 1.2))

    private let identity: PuppetIdentity
    private let shape: PuppetIdentity.Glasses
    private let map: HeadMap
    private let pixel: Float
    private let color: Color

    /// Nil for who wears none.
    init?(_ identity: PuppetIdentity, _ map: HeadMap, pixel: Float) {
        guard let shape = identity.glasses else { return nil }
        self.identity = identity
        self.shape = shape
        self.map = map
        self.pixel = pixel
        color = identity.noise & 3 == 0 ? Color(0x8d6a45) : identity.noise & 3 == 1 ? Color(0x6e7378) : Color(0x22201f)
    }

    func paint(_ upright: Point) -> Paint {
        guard let (place, y, rim, thick, frame) = lines(upright) else { return .clear }
        var result = Paint(color: Color(0.86, 0.92, 0.95), alpha: coverage(rim, pixel) * 0.05)
        // A reflection across each glass.
        let glare = bump((place.x * 0.8 + y + (place.x < 0 ? 0.33 : -0.2)) / 0.09) * coverage(rim + 0.03, pixel)
        result.add(Paint(color: Color(repeating: 1), alpha: glare * 0.16))
        let lit = color.lighter(0.25 * bump((rim + thick * 0.6) / 0.012) * (y < 0 ? 1 : 0.3))
        result.add(Paint(color: lit, alpha: frame))
        return result
    }
    /// The point of the spectacles' layer at an upright point, and how much their frame covers there; glass does not.
    func frame(_ upright: Point) -> (place: Point, alpha: Float)? { lines(upright).map { ($0.place, $0.alpha) } }

    private typealias Lines = (place: Point, y: Float, rim: Float, thick: Float, alpha: Float)

    @inline(__always)
    private func lines(_ upright: Point) -> Lines? {
        let place = map.layerPoint(upright, Self.depth)
        let x = abs(place.x)
        let y = place.y - identity.eyeHeight - 0.03
        guard abs(y) < 0.4, x < identity.faceWidth + 0.05 else { return nil }
        let middle = identity.eyeSpacing + 0.015
        let rim: Float
        let thick: Float
        switch shape {
        case .round:
            rim = Point(x - middle, y).length - 0.245
            thick = 0.017
        case .square, .browline:
            let corner: Float = 0.1
            let away = Point(max(abs(x - middle) - (0.26 - corner), 0), max(abs(y) - (0.2 - corner), 0))
            rim = away.length - corner
            thick = shape == .square ? 0.024 : y < -0.05 ? 0.034 : 0.01
        }
        let frame = coverage(abs(rim) - thick, pixel)
        let bridge =
            coverage(abs(y + 0.06 - 0.04 * (1 - x / 0.1)) - thick * 0.85, pixel) * coverage(x - (middle - 0.22), pixel)
            * coverage(-rim, pixel)
        let temple =
            coverage(abs(y + 0.08) - thick * 0.8, pixel) * coverage(middle + 0.23 - x, pixel) * coverage(-rim, pixel)
        return (place, y, rim, thick, max(frame, max(bridge, temple)))
    }
}
