/// A puppet in one pose, ready to be asked what is seen at any point of a picture of one size. Points run from -1 to 1 over
/// the picture, y down.
struct PosedPuppet {
    private let map: HeadMap
    private let glasses: GlassesPainter?
    private let hair: HairPainter
    private let face: FacePainter
    private let ears: EarPainter
    private let body: BodyPainter
    private let backdrop: BackdropPainter
    /// Half a pixel of the picture, and of the head.
    private let halfPixel: Float
    private let headPixel: Float

    /// - Parameters:
    ///   - pose: drawable.
    ///   - size: the picture's side in pixels.
    init(_ identity: PuppetIdentity, head: HeadShapes, body shapes: BodyShapes, pose: PuppetPose, size: Int) {
        map = HeadMap(pose)
        let pixel = map.pixel(size: size)
        let light = Illumination(identity, map)
        glasses = GlassesPainter(identity, map, pixel: pixel)
        hair = HairPainter(identity, head, map, light, pixel: pixel)
        face = FacePainter(identity, head, pose, map, light, pixel: pixel)
        ears = EarPainter(identity, map, light, pixel: pixel)
        body = BodyPainter(identity, shapes, head, pose, map, size: size)
        backdrop = BackdropPainter(identity, size: size)
        halfPixel = 1 / Float(size)
        headPixel = pixel
    }

    /// Nothing of the head reaches farther, however it is turned.
    @inline(__always)
    private func isNearHead(_ upright: Point) -> Bool {
        abs(upright.x) < 1.75 && upright.y > -2.4 && upright.y < 1.6
    }

    /// What is seen at a point.
    @inline(__always)
    func color(at point: Point) -> Color {
        let upright = map.upright(point)
        var color = Color.zero
        // What is not covered yet, by the layers in front.
        var open: Float = 1
        func add(_ paint: Paint) {
            color += paint.color * (paint.alpha * open)
            open *= 1 - paint.alpha
        }
        if isNearHead(upright) {
            if let glasses { add(glasses.paint(upright)) }
            add(hair.paintFront(upright))
            if open > 0.002 { add(face.paint(upright)) }
            if open > 0.002 { add(ears.paint(upright)) }
        }
        if open > 0.002 { add(body.paintClothes(point)) }
        if open > 0.002 { add(body.paintNeck(point)) }
        if open > 0.002 { add(hair.paintBack(upright)) }
        if open > 0.002 { color += backdrop.paint(point) * open }
        return color
    }

    /// The point of the puppet that is seen at a point, or most of what is seen there.
    func surface(at point: Point) -> Surface {
        let upright = map.upright(point)
        var open: Float = 1
        var best = (weight: Float(0), part: PuppetPart.backdrop, place: point)
        func add(_ part: PuppetPart, _ found: (place: Point, alpha: Float)?) {
            guard let found else { return }
            let weight = found.alpha * open
            open -= weight
            if weight > best.weight { best = (weight, part, found.place) }
        }
        if isNearHead(upright) {
            if let glasses { add(.glasses, glasses.frame(upright)) }
            add(.frontHair, hair.front(upright))
            if open > best.weight { add(.skin, face.skin(upright)) }
            if open > best.weight { add(.ears, ears.shape(upright)) }
        }
        if open > best.weight { add(.clothes, body.clothes(point)) }
        if open > best.weight { add(.neck, body.neck(point)) }
        if open > best.weight { add(.backHair, hair.back(upright)) }
        if open > best.weight { return Surface(part: .backdrop, place: point) }
        return best.part == .skin ? face.surface(best.place) : Surface(part: best.part, place: best.place)
    }

    /// Where a point of the puppet is in the picture, seen or not.
    func point(of surface: Surface) -> Point {
        let place = surface.place
        switch surface.part {
        case .backdrop: return place
        case .clothes: return body.clothesPoint(place)
        case .neck: return body.neckPoint(place)
        case .glasses: return map.picturePoint(place, GlassesPainter.depth)
        case .frontHair: return map.picturePoint(place, HairPainter.front)
        case .backHair: return map.picturePoint(place, HairPainter.back)
        case .ears: return map.picturePoint(place, EarPainter.depth)
        case .skin, .upperLip, .lowerLip, .teeth, .mouth, .iris, .eyeball, .lid, .crease, .lashes, .lowerLid, .brow:
            return map.picturePoint(face.place(of: surface), FacePainter.depth)
        }
    }

    /// Where in the picture lips meet, as far across as a point of the mouth's inside; nil for other points.
    func lipLine(at surface: Surface) -> Point? {
        face.lipLine(at: surface).map { map.picturePoint($0, FacePainter.depth) }
    }

    /// Whether a point of the puppet is seen in the picture where it is, at `point`, or within half a pixel of it.
    func shows(_ surface: Surface, at point: Point) -> Bool {
        guard face.hasRoom(for: surface) else { return false }
        for step in [Point(0, 0), Point(-halfPixel, 0), Point(halfPixel, 0), Point(0, -halfPixel), Point(0, halfPixel)] {
            let seen = self.surface(at: point + step)
            guard seen.part == surface.part, seen.side == surface.side else { continue }
            switch surface.part {
            case .glasses, .frontHair, .backHair, .skin, .ears:
                // Another place of the same layer would hide it.
                if (seen.place - surface.place).length < 3 * headPixel { return true }
            default: return true
            }
        }
        return false
    }
}
