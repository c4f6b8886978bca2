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
        let posed = posed(pose, size), view = PuppetView.whole(size: size)
        return Picture(width: size, height: size) { row in
            var next = 0
            for y in 0..<size {
                for x in 0..<size {
                    let color = posed.color(at: view.point(x, y))
                    for channel in 0..<3 {
                        row[next] = UInt8(clamp(color[channel]) * 255 + 0.5)
                        next += 1
                    }
                }
            }
        }
    }

    /// A part of a picture.
    ///
    /// - Parameter width, height: of the part, in pixels.
    /// - Returns: red, green and blue of each pixel from 0 to 1, rows from the top.
    package func colors(_ pose: PuppetPose, width: Int, height: Int, view: PuppetView) -> [SIMD3<Float>] {
        let posed = posed(pose, view.side)
        return (0..<width * height).map { index in
            let color = posed.color(at: view.point(index % width, index / width))
            return SIMD3(clamp(color[0]), clamp(color[1]), clamp(color[2]))
        }
    }

    /// Where each pixel of the picture in pose `target` finds its content in the picture in pose `source`, and whether it is
    /// seen there.
    ///
    /// Every part moves as it is drawn: layers of the head by their depth; the lower face with the jaw; the nose over the
    /// face; lips, teeth, lids, lashes, brows and irises by their own curves. The backdrop stands still. Light and shadow
    /// do not move with a surface, so a picture warped by the flow differs from the target in shading. What has no place
    /// in the source, such as the inside of a mouth that is closed there, is not valid.
    ///
    /// - Parameters:
    ///   - source: the pose of the picture that is looked into.
    ///   - target: the pose of the picture whose pixels ask.
    ///   - size: the side of both in pixels, at least 16.
    ///   - opensMouths: whether the inside of a mouth that has no place in the source is found where lips meet there, and is valid: the
    ///     flow of a generator that has nothing but the source to show.
    public func flow(from source: PuppetPose, to target: PuppetPose, size: Int, opensMouths: Bool = false) -> PuppetFlow {
        let whole = PuppetView.whole(size: size)
        return flow(from: (source, whole), to: (target, whole), size: size, rows: 0..<size, columns: 0..<size, opensMouths: opensMouths)
    }

    /// The flow between parts of two pictures; coordinates of −1 and 1 are the outer edges of the part of the source's picture.
    ///
    /// - Parameter rows, columns: of the target's part, those that ask; others are not valid.
    package func flow(
        from source: (pose: PuppetPose, view: PuppetView), to target: (pose: PuppetPose, view: PuppetView), size: Int,
        rows: Range<Int>, columns: Range<Int>, opensMouths: Bool
    ) -> PuppetFlow {
        precondition(size >= Picture.smallestSide, "a puppet of \(size) pixels cannot be seen")
        let (looked, asking) = (posed(source.pose, source.view.side), posed(target.pose, target.view.side))
        var coordinates = [Float](repeating: 0, count: size * size * 2)
        var validity = [Float](repeating: 0, count: size * size)
        var opened = validity
        for y in rows {
            for x in columns {
                let surface = asking.surface(at: target.view.point(x, y))
                var found = looked.point(of: surface)
                let index = y * size + x
                var isSeen = looked.shows(surface, at: found)
                if opensMouths, !isSeen, let line = looked.lipLine(at: surface) { (found, isSeen, opened[index]) = (line, true, 1) }
                found = source.view.place(found, size: size)
                (coordinates[index * 2], coordinates[index * 2 + 1]) = (found.x, found.y)
                if isSeen, abs(found.x) <= 1, abs(found.y) <= 1 { validity[index] = 1 }
            }
        }
        return PuppetFlow(size: size, coordinates: coordinates, validity: validity, opened: opened)
    }

    /// Where a picture of a pose shows both eyes with the brows, and the mouth: squares from −1 to 1 over the picture, y down.
    package func regions(
        _ pose: PuppetPose
    ) -> (eyes: (center: SIMD2<Float>, reach: Float), mouth: (center: SIMD2<Float>, reach: Float)) {
        let pose = pose.drawable, map = HeadMap(pose)
        func place(_ height: Float) -> SIMD2<Float> { map.picturePoint(Point(0, height), FacePainter.depth) }
        let unit = HeadMap.unit * pose.scale
        return (
            (place(identity.eyeHeight - 0.06), unit * 1.1 * (identity.eyeSpacing + identity.eyeSize)),
            (place(identity.mouthHeight), unit * 1.5 * identity.mouthWidth)
        )
    }

    private func posed(_ pose: PuppetPose, _ size: Int) -> PosedPuppet {
        PosedPuppet(identity, head: head, body: body, pose: pose.drawable, size: size)
    }
}
