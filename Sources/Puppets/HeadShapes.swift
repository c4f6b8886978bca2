/// The outlines of a puppet's head, made once for an identity. Head units.
struct HeadShapes {
    let face: DistanceField
    let relief: ReliefField
    let frontHair: DistanceField?
    let backHair: DistanceField?

    init(_ identity: PuppetIdentity) {
        face = DistanceField(Self.face(identity))
        relief = ReliefField(identity, face: face)
        frontHair = Self.frontHair(identity).map { DistanceField($0) }
        backHair = Self.backHair(identity).map { DistanceField($0) }
    }

    /// Skull, cheeks, jaw and chin, both sides alike.
    private static func face(_ identity: PuppetIdentity) -> Outline {
        let (width, jaw) = (identity.faceWidth, identity.jaw)
        let cheek = mix(-0.01, 0.025, identity.cheeks)
        let half = [
            Point(0.34, -0.93), Point(0.6, -0.7), Point(width - 0.02, -0.35), Point(width, 0),
            Point(width - 0.015 + cheek, 0.25), Point(width * mix(0.86, 0.93, jaw) + cheek, 0.5),
            Point(width * mix(0.63, 0.8, jaw), 0.73), Point(width * mix(0.36, 0.54, jaw), 0.9),
            Point(mix(0.11, 0.19, jaw) + identity.chin * 0.03, 0.99),
        ]
        let crown = Point(0, -1)
        let chin = Point(0, 1 + identity.chin * 0.02)
        return Outline(through: [crown] + half + [chin] + half.reversed().map { Point(-$0.x, $0.y) })
    }

    /// The arc over the skull from the picture's left to its right, `volume` outside it, ending at `low` on both sides.
    ///
    /// - Parameters:
    ///   - taper: how much closer to the skull it comes toward the ears, 0 to 1.
    ///   - tufts: how far it bulges irregularly.
    private static func arc(
        _ identity: PuppetIdentity, volume: Float, low: Float, taper: Float = 0, tufts: Float = 0
    ) -> [Point] {
        var points: [Point] = []
        let steps = tufts > 0 ? 26 : 12
        for step in 0...steps {
            let angle = (Float(step) / Float(steps) * 2 - 1) * 1.62
            let (sine, cosine) = sineAndCosine(angle)
            let tuft = tufts * SmoothNoise.at(Float(step) * 0.9, seed: identity.noise &+ 40)
            // Fuller between crown and temples than an ellipse.
            let diagonal = 2 * sine * cosine
            let radius = 1 + tuft + 0.055 * diagonal * diagonal
            let thick = volume * 0.75 * (1 - taper * sine * sine) + 0.025 * taper * sine * sine
            points.append(Point(sine * (identity.faceWidth + thick) * radius, -cosine * (1 + volume) * radius - 0.02))
        }
        if low > 0.05 {
            let out = identity.faceWidth + volume * 0.75 * (1 - taper) + 0.025 * taper
            points.insert(contentsOf: [Point(-out * 0.97, low), Point(-out * 1.02, low * 0.5)], at: 0)
            points += [Point(out * 1.02, low * 0.5), Point(out * 0.97, low)]
        }
        return points
    }

    /// The hair that lies on the forehead and temples; nil for none.
    private static func frontHair(_ identity: PuppetIdentity) -> Outline? {
        let width = identity.faceWidth
        let (part, volume) = (identity.part, identity.hairVolume)
        /// Mirrored so that the part is on its side: given for a part on the picture's right, right to left.
        func sided(_ points: [Point]) -> [Point] {
            part > 0 ? points : points.reversed().map { Point(-$0.x, $0.y) }
        }
        let temples = (Point(width - 0.045, 0.14), Point(width - 0.1, -0.22))
        func mirrored(_ right: [Point], middle: [Point] = []) -> [Point] {
            right + middle + right.reversed().map { Point(-$0.x, $0.y) }
        }
        switch identity.hair {
        case .bald: return nil
        case .buzz:
            let line = mirrored(
                [temples.0, temples.1, Point(0.54, -0.5), Point(0.3, -0.61)], middle: [Point(0, -0.62)])
            return Outline(through: arc(identity, volume: 0.035, low: 0.1, taper: 1) + line)
        case .short:
            let line = sided([
                temples.0, temples.1, Point(0.52, -0.46), Point(0.3, -0.6), Point(0.05, -0.55), Point(-0.25, -0.53),
                Point(-0.52, -0.45), Point(-temples.1.x, temples.1.y), Point(-temples.0.x, temples.0.y),
            ])
            return Outline(through: arc(identity, volume: volume * 0.8 + 0.03, low: 0.12, taper: 0.9) + line)
        case .sidePart:
            let line = sided([
                temples.0, temples.1, Point(0.52, -0.5), Point(0.36, -0.7), Point(0.1, -0.58), Point(-0.25, -0.45),
                Point(-0.52, -0.3), Point(-temples.1.x - 0.01, -0.14), Point(-temples.0.x, temples.0.y),
            ])
            return Outline(through: arc(identity, volume: volume + 0.05, low: 0.12, taper: 0.85) + line)
        case .sweptBack:
            let line = mirrored(
                [temples.0, temples.1, Point(0.56, -0.52), Point(0.36, -0.64)], middle: [Point(0, -0.6)])
            return Outline(through: arc(identity, volume: volume + 0.09, low: 0.1, taper: 0.95) + line)
        case .bun, .ponytail:
            let line = mirrored(
                [temples.0, temples.1, Point(0.55, -0.48), Point(0.3, -0.62)], middle: [Point(0, -0.66)])
            return Outline(through: arc(identity, volume: volume * 0.45 + 0.03, low: 0.1, taper: 0.9) + line)
        case .curlyTop:
            let line = sided([
                temples.0, temples.1, Point(0.56, -0.36), Point(0.42, -0.46), Point(0.26, -0.42), Point(0.1, -0.5),
                Point(-0.1, -0.43), Point(-0.28, -0.49), Point(-0.44, -0.4), Point(-0.57, -0.36),
                Point(-temples.1.x, temples.1.y), Point(-temples.0.x, temples.0.y),
            ])
            return Outline(through: arc(identity, volume: volume + 0.14, low: 0.1, taper: 0.6, tufts: 0.05) + line)
        case .afro:
            let line = mirrored([Point(width - 0.03, 0.2), temples.1, Point(0.52, -0.46)], middle: [Point(0, -0.58)])
            return Outline(through: arc(identity, volume: volume + 0.36, low: 0.25, tufts: 0.035) + line)
        case .bangs:
            let low = Float(0.62)
            let line = mirrored(
                [Point(width - 0.02, low), Point(width - 0.13, 0.2), Point(width - 0.17, -0.12), Point(0.4, -0.23)],
                middle: [Point(0.2, -0.27), Point(0, -0.25), Point(-0.2, -0.27)])
            return Outline(through: arc(identity, volume: volume + 0.02, low: low + 0.1) + line)
        case .bob, .longStraight:
            let low: Float = identity.hair == .bob ? 0.72 : 0.95
            let middle = part * 0.12
            let line = [
                Point(width + 0.03, low), Point(width - 0.09, 0.45), Point(width - 0.11, 0), Point(0.48, -0.42),
                Point(middle + 0.12, -0.68), Point(middle, -0.78), Point(middle - 0.12, -0.68), Point(-0.48, -0.42),
                Point(-(width - 0.11), 0), Point(-(width - 0.09), 0.45), Point(-(width + 0.03), low),
            ]
            return Outline(through: arc(identity, volume: volume + 0.03, low: low + 0.1) + line)
        case .longWavy:
            let low: Float = 0.95
            let line = sided([
                Point(width + 0.07, low), Point(width - 0.04, 0.62), Point(width - 0.1, 0.25),
                Point(width - 0.08, -0.1),
                Point(0.52, -0.5), Point(0.33, -0.76), Point(0.08, -0.62), Point(-0.3, -0.42), Point(-0.55, -0.14),
                Point(-width + 0.1, 0.22), Point(-width + 0.03, 0.6), Point(-width - 0.08, low),
            ])
            return Outline(through: arc(identity, volume: volume + 0.08, low: low + 0.1) + line)
        }
    }

    /// The hair behind the head; nil for none.
    private static func backHair(_ identity: PuppetIdentity) -> Outline? {
        let out = identity.faceWidth + identity.hairVolume * 0.75
        func symmetric(_ right: [Point]) -> Outline {
            Outline(through: right + right.reversed().map { Point(-$0.x, $0.y) })
        }
        switch identity.hair {
        case .bald, .buzz, .short, .sidePart, .sweptBack, .curlyTop: return nil
        case .afro:
            let radius = 1 + identity.hairVolume + 0.2
            return Outline(
                through: (0..<28).map { step in
                    let (sine, cosine) = sineAndCosine(Float(step) * 0.2244)
                    let tuft = 1 + 0.035 * SmoothNoise.at(Float(step) * 0.9, seed: identity.noise &+ 41)
                    return Point(sine * radius * tuft * 0.97, -cosine * radius * tuft - 0.16)
                })
        case .bob:
            return symmetric([
                Point(0.4, -0.8), Point(out, -0.3), Point(out + 0.08, 0.4), Point(out, 0.9), Point(0.3, 0.98),
            ])
        case .bangs, .longStraight:
            return symmetric([
                Point(0.4, -0.8), Point(out, -0.3), Point(out + 0.05, 0.5), Point(out + 0.1, 1.2),
                Point(out + 0.08, 1.9),
                Point(0.3, 2.1),
            ])
        case .longWavy:
            return symmetric([
                Point(0.4, -0.8), Point(out + 0.02, -0.3), Point(out + 0.16, 0.25), Point(out + 0.08, 0.65),
                Point(out + 0.24, 1.05), Point(out + 0.14, 1.4), Point(out + 0.22, 1.8), Point(0.3, 2.1),
            ])
        case .bun:
            let center = Point(identity.part * 0.08, -1.16)
            return Outline(
                through: (0..<12).map { step in
                    let (sine, cosine) = sineAndCosine(Float(step) * 0.5236)
                    return center + Point(sine * 0.34, -cosine * 0.28)
                })
        case .ponytail:
            let side = identity.part
            return Outline(
                through: [
                    Point(0.3, -0.85), Point(0.72, -0.86), Point(1, -0.6), Point(1.1, -0.1), Point(1.08, 0.45),
                    Point(0.93, 0.85),
                    Point(0.84, 0.4), Point(0.72, -0.1),
                ].map { Point($0.x * side, $0.y) })
        }
    }
}
