/// The outlines of neck and clothes, made once for an identity. Head units.
struct BodyShapes {
    let neck: DistanceField
    let clothes: DistanceField

    init(_ identity: PuppetIdentity) {
        let shoulder = identity.shoulders
        let neckWidth = mix(0.31, 0.4, clamp((shoulder - 1.2) / 0.4))
        let neckSide = [
            Point(neckWidth * 0.97, 0.3), Point(neckWidth, 0.85), Point(neckWidth * 1.02, 1.1),
            Point(neckWidth * 1.14, 1.28),
            Point(neckWidth * 1.45, 1.48), Point(shoulder * 0.62, 1.75), Point(shoulder * 0.7, 2.6),
        ]
        neck = DistanceField(
            Outline(through: neckSide + neckSide.reversed().map { Point(-$0.x, $0.y) }), cell: 0.04)

        // From the neckline's middle outward and down the picture's right side.
        let line: [Point]
        switch identity.clothes {
        case .crewNeck: line = [Point(0, 1.45), Point(0.2, 1.41), Point(neckWidth + 0.02, 1.24)]
        case .hoodie: line = [Point(0, 1.5), Point(0.25, 1.42), Point(neckWidth + 0.1, 1.16)]
        case .vNeck: line = [Point(0, 1.84), Point(0.12, 1.68), Point(neckWidth + 0.04, 1.23)]
        case .collar: line = [Point(0, 1.62), Point(0.1, 1.48), Point(neckWidth + 0.02, 1.12)]
        case .suit: line = [Point(0, 1.45), Point(0.12, 1.38), Point(neckWidth + 0.02, 1.12)]
        case .turtleneck: line = [Point(0, 1.06), Point(0.2, 1.04), Point(neckWidth + 0.035, 0.97)]
        }
        var side = [
            Point(shoulder * 0.5, 1.35), Point(shoulder * 0.78, 1.49), Point(shoulder * 0.95, 1.68),
            Point(shoulder, 2.0),
            Point(shoulder * 1.04, 2.8),
        ]
        if identity.clothes == .turtleneck { side.insert(Point(neckWidth + 0.07, 1.24), at: 0) }
        let right = line + side
        clothes = DistanceField(
            Outline(through: right + right.dropFirst().reversed().map { Point(-$0.x, $0.y) }), cell: 0.04)
    }
}
