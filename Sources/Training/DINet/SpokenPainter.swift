import Networks
import Puppets
import Tensors

/// Makes the pictures of a choice.
struct SpokenPainter {
    private let choice: SpokenChoice
    private let dataset: Dataset
    private let layout: MouthLayout
    private let map: PictureMap
    private let puppet: Puppet?
    /// R of all targets of a clip; nil where there is one target.
    private var radius: Float?

    init(_ choice: SpokenChoice, dataset: Dataset, layout: MouthLayout) {
        (self.choice, self.dataset, self.layout) = (choice, dataset, layout)
        let augmentation = choice.augmentation
        map = PictureMap(affine: augmentation.mirror.after(augmentation.affine), warp: augmentation.warp)
        if case .drawn(let speaker) = choice.person { puppet = speaker.draw() } else { puppet = nil }
        if choice.targets.count > 1 { radius = place(choice.targets[choice.targets.count / 2]).radius }
    }

    /// Where a shot's face is, in its picture.
    private func place(_ shot: SpokenChoice.Shot) -> MouthPlace {
        switch choice.person {
        case .clip(let clip): clip.places[Int(shot.moment)]!.pictured(by: map)
        case .drawn(let speaker): MouthPlace(puppet!.mouthMarks(speaker.pose(at: shot.moment, head: shot.head)))
        }
    }

    /// - Parameter isTarget: false for a reference.
    private func cut(_ shot: SpokenChoice.Shot, isTarget: Bool) -> (place: MouthPlace, cut: MouthCut) {
        let place = place(shot)
        return (place, MouthCut(place, layout, jitter: shot.jitter, radius: isTarget ? radius : nil))
    }

    /// Where a target finds its content in a reference: of a square as high as the layout, from its left edge.
    func flow(from reference: SpokenChoice.Shot, to target: SpokenChoice.Shot) -> PuppetFlow {
        let from = cut(reference, isTarget: false).cut.view, to = cut(target, isTarget: true).cut.view, size = layout.height
        switch choice.person {
        case .clip(let clip):
            var flow = FaceFlow(size: size, isMirrored: choice.augmentation.isMirrored)
            func points(_ shot: SpokenChoice.Shot, _ view: PuppetView) -> [SIMD3<Float>]? {
                clip.landmarks.points(frame: clip.first + Int(shot.moment)).map { points in
                    map.pictured(points).map { SIMD3(view.place(SIMD2($0.x, $0.y), size: size), $0.z) }
                }
            }
            if let source = points(reference, from), let driving = points(target, to) {
                flow.add(clip.landmarks.triangles, source: source.map { SIMD2($0.x, $0.y) }, driving: driving)
            }
            return flow.known
        case .drawn(let speaker):
            func pose(_ shot: SpokenChoice.Shot) -> PuppetPose { speaker.pose(at: shot.moment, head: shot.head) }
            return puppet!.flow(
                from: (pose(reference), from), to: (pose(target), to), size: size, rows: layout.rows, columns: layout.columns,
                opensMouths: true)
        }
    }

    /// - Parameters:
    ///   - target: gets (3, height, width), RGB in [0, 1].
    ///   - lips: of a target, (height, width) zeros: gets 1 around the lips; nil for a reference.
    func paint(_ shot: SpokenChoice.Shot, into target: UnsafeMutablePointer<Float>, lips: UnsafeMutablePointer<Float>? = nil) {
        let size = layout.width * layout.height
        let (place, cut) = cut(shot, isTarget: lips != nil)
        let color = choice.augmentation.color
        func put(_ levels: SIMD4<Float>, _ pixel: Int) {
            let value = color(levels)
            for channel in 0..<3 { target[channel * size + pixel] = (value[channel] + 1) / 2 }
        }
        switch choice.person {
        case .clip(let clip):
            dataset.withFrame(clip.first + Int(shot.moment)) { frame in
                for pixel in 0..<size {
                    let point = cut.view.point(pixel % layout.width, pixel / layout.width), from = map(Double(point.x), Double(point.y))
                    put(FrameSampling.pixel(frame, size: dataset.size, SIMD2(Float(from.x), Float(from.y))), pixel)
                }
            }
        case .drawn(let speaker):
            let colors = puppet!.colors(
                speaker.pose(at: shot.moment, head: shot.head), width: layout.width, height: layout.height, view: cut.view)
            for pixel in 0..<size { put(SIMD4(colors[pixel] * 255, 0), pixel) }
        }
        if let lips { cut.markLips(place, into: lips) }
    }
}
