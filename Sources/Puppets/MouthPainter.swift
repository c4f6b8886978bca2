/// Paints the mouth: lips, teeth and tongue, as wide, open, smiling or pursed as the pose says.
struct MouthPainter {
    /// How far the open mouth lowers the chin, in head units.
    let drop: Float

    private let identity: PuppetIdentity
    private let pixel: Float
    private let half: Float
    private let open: Float
    private let smile: Float
    private let pucker: Float
    private let upperLip: Float
    private let lowerLip: Float

    init(_ identity: PuppetIdentity, _ pose: PuppetPose, pixel: Float) {
        self.identity = identity
        self.pixel = pixel
        let open = clamp(pose.mouthOpen)
        smile = clamp(pose.smile, -1, 1)
        pucker = clamp(pose.pucker)
        half =
            identity.mouthWidth
            * (1 + 0.2 * clamp(pose.mouthWide, -1, 1) + 0.16 * max(smile, 0) - 0.38 * pucker - 0.06 * open)
        self.open = open * (1 - 0.35 * pucker) * 0.24
        drop = open * (1 - 0.3 * pucker) * 0.15
        let full = 1 + 0.5 * pucker - 0.18 * max(smile, 0) - 0.12 * open
        upperLip = identity.upperLip * full
        lowerLip = identity.lowerLip * full
    }

    /// What of the mouth is at a point of the face; nil for none.
    ///
    /// The surface's place is across the mouth, -1 and 1 at its corners, and down through the lip, or through what is
    /// behind the teeth, from 0 to 1. For teeth it is in head units, down from the upper lip.
    func surface(_ place: Point) -> Surface? {
        let across = place.x / half
        let y = place.y - identity.mouthHeight
        guard abs(across) < 1, y > -0.25, y < 0.5 else { return nil }
        let lines = lines(across)
        if open > 0.004, gap(across, y, lines) * smoothStep(0.004, 0.03, open) >= 0.5 {
            let edge = lines.teethEdge(open: open, smile: smile)
            if y < edge, abs(across) < 0.9 { return Surface(part: .teeth, place: Point(place.x, y - lines.upper)) }
            return Surface(
                part: .mouth, place: Point(across, (y - edge) / max(lines.lower - edge, Self.thin)))
        }
        guard y > lines.top, y < lines.bottom else { return nil }
        if y < (lines.upper + lines.lower) / 2 {
            return Surface(
                part: .upperLip, place: Point(across, (y - lines.top) / max(lines.upper - lines.top, Self.thin)))
        }
        return Surface(
            part: .lowerLip, place: Point(across, (y - lines.lower) / max(lines.bottom - lines.lower, Self.thin)))
    }

    /// Where on the face a point of the mouth is.
    func place(of surface: Surface) -> Point {
        let at = surface.place
        let lines = lines(surface.part == .teeth ? at.x / half : at.x)
        let y: Float
        switch surface.part {
        case .teeth: return Point(at.x, lines.upper + at.y + identity.mouthHeight)
        case .upperLip: y = lines.top + at.y * max(lines.upper - lines.top, Self.thin)
        case .lowerLip: y = lines.lower + at.y * max(lines.bottom - lines.lower, Self.thin)
        default:
            let edge = lines.teethEdge(open: open, smile: smile)
            y = edge + at.y * max(lines.lower - edge, Self.thin)
        }
        return Point(at.x * half, y + identity.mouthHeight)
    }

    /// Where on the face lips meet, or the middle between them, as far across as a point of the mouth's inside.
    func line(at surface: Surface) -> Point {
        let across = clamp(surface.part == .teeth ? surface.place.x / half : surface.place.x, -0.97, 0.97)
        let lines = lines(across)
        return Point(across * half, (lines.teethEdge(open: open, smile: smile) + lines.lower) / 2 + identity.mouthHeight)
    }

    /// Whether there are two pixels behind the teeth where the point of the mouth would be.
    func hasRoom(for surface: Surface) -> Bool {
        let lines = lines(surface.place.x)
        return lines.lower - lines.teethEdge(open: open, smile: smile) > 2 * pixel
    }

    /// Less is no thickness to measure in.
    private static let thin: Float = 1e-4

    @inline(__always)
    private func lines(_ across: Float) -> MouthLines {
        MouthLines(across, open: open, smile: smile, pucker: pucker, upperLip: upperLip, lowerLip: lowerLip)
    }

    /// How much of what is between the lips is seen.
    @inline(__always)
    private func gap(_ across: Float, _ y: Float, _ lines: MouthLines) -> Float {
        coverage(lines.upper - y, pixel) * coverage(y - lines.lower, pixel)
            * coverage((abs(across) - 0.97) * half, pixel)
    }

    func paint(_ paint: inout Paint, _ place: Point, _ light: Illumination, _ slope: Point) {
        let across = place.x / half
        let y = place.y - identity.mouthHeight
        guard abs(across) < 1.5, y > -0.25, y < 0.5 else { return }
        let lines = lines(across)
        let (width, line) = (lines.width, lines.line)
        let (top, upper, lower, bottom) = (lines.top, lines.upper, lines.lower, lines.bottom)
        let within = coverage((abs(across) - 1) * half, pixel)

        let lip = identity.lipColor
        let deep = identity.skin * Color(0.42, 0.26, 0.25)
        // Soft shadow under the lower lip, and a dimple at each corner.
        paint.cover(deep, bump((y - bottom - 0.045) / 0.06) * bump(across / 0.85) * 0.3)
        let dimple = Point((abs(across) - 1.03) * half, y - line)
        paint.cover(deep, bump(dimple.length / 0.045) * (0.3 + 0.35 * max(smile, 0)))
        if smile > 0 {
            // The cheek's fold beside a smile.
            let fold = (abs(across) - 1.22) * half - 0.05 * bump((y + 0.08) / 0.2)
            paint.cover(deep, bump(fold / 0.035) * bump((y + 0.06) / 0.17) * smile * 0.3)
        }

        let lips = coverage(top - y, pixel * 1.4) * coverage(y - bottom, pixel * 1.4) * within
        if lips > 0 {
            let isUpper = y < (upper + lower) / 2
            var tilt = slope
            tilt.y +=
                isUpper
                ? -1.1 * clamp((upper - y) / max(upperLip, 0.01), -0.5, 1)
                : 1.5 * (clamp((y - lower) / max(lowerLip, 0.01)) - 0.35)
            var color = isUpper ? lip * 0.86 : lip
            let wrinkles = SmoothNoise.at(across * 16, seed: identity.noise &+ 10)
            color *= 1 + 0.05 * wrinkles
            let lit = light.lit(color, tilt, shadow: Color(0.55, 0.42, 0.44), gloss: 0.1 + 0.1 * identity.lipStrength)
            paint.cover(lit, lips * identity.lipStrength)
        }

        // Inside.
        let gap = gap(across, y, lines)
        if open > 0.004, gap > 0 {
            var inside = Color(0x4a1517)
            inside.cover(Color(0x1d0708), smoothStep(0.5, 1.0, (lower - y) / (open + 0.01)) * 0.55)
            // The tongue rises from below.
            let tongue = Point(across / 0.72, (y - lower - open * 0.12) / (open * 0.62 + 0.01))
            inside.cover(Color(0xb95a5a) * (0.8 + 0.2 * bump(across / 0.8)), smoothStep(1.05, 0.85, tongue.length))
            // Teeth stand under the upper lip; their lower edge is slightly scalloped.
            let tooth = place.x / 0.052
            let scallop = abs(tooth - tooth.rounded())
            let edge = lines.teethEdge(open: open, smile: smile) - 0.005 * bump((0.5 - scallop) / 0.2)
            let teeth = coverage(y - edge, pixel) * smoothStep(0.93, 0.75, abs(across))
            var white = Color(0.95, 0.93, 0.88) * (0.72 + 0.28 * width)
            white *= 1 - 0.09 * smoothStep(0.38, 0.5, scallop)
            inside.cover(white, teeth)
            inside *= 1 - 0.5 * smoothStep(0.035, 0, y - upper)
            paint.cover(inside, gap * smoothStep(0.004, 0.03, open))
        }
        // The dark line between closed lips, along the upper one's edge when open.
        let seam = abs(y - upper) - 0.006
        paint.cover(deep * 0.55, coverage(seam, max(pixel, 0.02)) * coverage((abs(across) - 1.02) * half, 0.03) * 0.75)
    }
}
