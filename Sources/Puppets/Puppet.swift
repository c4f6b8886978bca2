import Media

/// A drawn portrait that can be posed: head and shoulders of one identity before a backdrop.
///
/// It is built of layers from front to back: spectacles, front hair, face, ears, clothes, neck, back hair, backdrop. Each
/// finds for a pixel the point of its own coordinates that appears there (`HeadMap.layerPoint` and its inverse for the
/// head), so that layers at different depths slide over each other when the head turns.
public struct Puppet: Sendable {
    public let identity: PuppetIdentity
    private let head: HeadShapes
    private let body: BodyShapes

    /// Prepares the outlines, which takes some hundredths of a second; drawing is fast afterwards.
    public init(_ identity: PuppetIdentity) {
        self.identity = identity
        head = HeadShapes(identity)
        body = BodyShapes(identity)
    }

    /// The puppet of `PuppetIdentity(seed:)`.
    public init(seed: UInt64) { self.init(PuppetIdentity(seed: seed)) }

    /// A square picture of the puppet. The same identity, pose and size give the same bytes on every machine.
    ///
    /// - Parameters:
    ///   - pose: values beyond their natural range are drawn as far as they can be.
    ///   - size: the side in pixels, at least 16.
    public func draw(_ pose: PuppetPose, size: Int) -> Picture {
        precondition(size >= Picture.smallestSide, "a puppet of \(size) pixels cannot be seen")
        let pose = pose.drawable
        let map = HeadMap(pose)
        let pixel = map.pixel(size: size)
        let light = Illumination(identity, map)
        let glasses = GlassesPainter(identity, map, pixel: pixel)
        let hair = HairPainter(identity, head, map, light, pixel: pixel)
        let face = FacePainter(identity, head, pose, map, light, pixel: pixel)
        let ears = EarPainter(identity, map, light, pixel: pixel)
        let bodyPainter = BodyPainter(identity, body, head, pose, map, size: size)
        let backdrop = BackdropPainter(identity, size: size)

        return Picture(width: size, height: size) { row in
            var next = 0
            for y in 0..<size {
                for x in 0..<size {
                    let point = (Point(Float(x), Float(y)) + 0.5) * (2 / Float(size)) - 1
                    let upright = map.upright(point)
                    var color = Color.zero
                    // What is not covered yet, by the layers in front.
                    var open: Float = 1
                    func add(_ paint: Paint) {
                        color += paint.color * (paint.alpha * open)
                        open *= 1 - paint.alpha
                    }
                    // Nothing of the head reaches farther, however it is turned.
                    let nearHead = abs(upright.x) < 1.75 && upright.y > -2.4 && upright.y < 1.6
                    if nearHead {
                        if let glasses { add(glasses.paint(upright)) }
                        add(hair.paintFront(upright))
                        if open > 0.002 { add(face.paint(upright)) }
                        if open > 0.002 { add(ears.paint(upright)) }
                    }
                    if open > 0.002 { add(bodyPainter.paintClothes(point)) }
                    if open > 0.002 { add(bodyPainter.paintNeck(point)) }
                    if open > 0.002 { add(hair.paintBack(upright)) }
                    if open > 0.002 { color += backdrop.paint(point) * open }
                    for channel in 0..<3 {
                        row[next] = UInt8(clamp(color[channel]) * 255 + 0.5)
                        next += 1
                    }
                }
            }
        }
    }
}
