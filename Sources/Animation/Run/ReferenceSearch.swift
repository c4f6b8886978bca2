import Files
import Media
import Networks
import Tensors

/// Finds the driving motion that relative transfer starts from, one for each driving face.
struct ReferenceSearch {
    private let context: AnimationContext
    private let plan: CropPlan?
    private let source: CropPlan
    private var job: AnimationJob { context.job }

    init(_ context: AnimationContext, driving plan: CropPlan?, source: CropPlan) {
        (self.context, self.plan, self.source) = (context, plan, source)
    }

    /// The motions of the frame that is named by number, or by the faces' poses; nil where it is found otherwise.
    func known() throws -> [Tensor?]? {
        guard context.isRelative else { return nil }
        switch job.reference {
        case .number(let number): return try motions(of: number)
        case .automatic:
            guard let first = firstFrame, let nearest = first.nearest else { return nil }
            return try motions(of: job.frames.first + nearest)
        case .first, .best: return nil
        }
    }

    /// How the first driving frame suits the source; nil where faces do not tell.
    private var firstFrame: FirstFrame? {
        guard let driving = plan?.tracks.first, let own = source.tracks.first, !driving.glimpses.isEmpty, !own.glimpses.isEmpty
        else { return nil }
        return FirstFrame(driving, source: own)
    }

    /// Says so where the first frame's pose or expression is far from the source's and a later one is near.
    func noteFirstFrame() {
        guard context.isRelative, job.reference == .first, let first = firstFrame, let nearest = first.nearest else { return }
        let number = job.frames.first + nearest, degrees = Int((first.distance * 180 / .pi).rounded())
        let what =
            switch first.misfit {
            case .turn: "the head of frame \(job.frames.first) is turned \(degrees)° from the source's, and that"
            case .mouth: "the mouth of frame \(job.frames.first) is open, wider than the source's, and can only close; that"
            case .eyes: "the eyes of frame \(job.frames.first) are shut, and can only widen; the face"
            }
        context.report.notes.append("\(job.driving!): \(what) of frame \(number) is nearer; --reference auto starts from it")
    }

    private func motions(of number: Int) throws -> [Tensor?] {
        let path = job.driving!
        var search = DrivingFrames(try DrivingInput(path, for: context.model), range: FrameRange(first: number, last: number))
        guard let frame = try context.report.timing(\.decode, { try search.next() }) else {
            throw FileError(.input, path, "has no frame \(number) for --reference: it has \(search.seen) frames")
        }
        context.report.referenceFrame = number
        return try motions(of: frame.content, index: max(0, number - job.frames.first))
    }

    /// The motions of a driving frame of any size, one for each face; of one that is not seen in it nil.
    private func motions(of content: DrivingInput.Content, index: Int) throws -> [Tensor?] {
        switch content {
        case .motion(let motion): return [motion]
        case .picture(let picture):
            let plan = plan ?? CropPlan(.centre), model = context.model, faces = job.faces
            return try plan.cut(picture, frame: index, side: model.readSide).map { cut in
                guard let cut else { return nil }
                return try context.report.timing(\.encode) {
                    try context.inTurn { try model.read(cut, plan.fit, faces: faces).motion }
                }
            }
        }
    }

    /// The driving motions that are nearest the portraits' own, edited, or by the faces of both sides (see `comparesFaces`); the report
    /// names the first face's frame.
    ///
    /// - Parameter motions: of every frame.
    func nearest(_ motions: [[Tensor?]], to portraits: [(any EncodedPortrait)?]) throws -> [Tensor?] {
        let network = try context.model.videoDriven
        return motions[0].indices.map { track in
            let portrait = portraits.indices.contains(track) ? portraits[track] : portraits[0]
            let frames = motions.indices.filter { motions[$0][track] != nil }
            guard let portrait, !frames.isEmpty else { return nil }
            let best =
                nearestFace(track, of: frames, on: network)
                ?? frames[job.target.bestReference(frames.map { motions[$0][track]! }, portrait, on: network)]
            if track == 0 { context.report.referenceFrame = job.frames.first + best }
            return motions[best][track]
        }
    }

    /// The frame whose face's landmarks lie most as the source's; nil where the family does not compare faces, or one side has none.
    private func nearestFace(_ track: Int, of frames: [Int], on network: any VideoDriven) -> Int? {
        guard network.comparesFaces, let driving = plan.flatMap({ $0.tracks.indices.contains(track) ? $0.tracks[track] : nil }),
            let own = source.tracks.indices.contains(track) ? source.tracks[track] : source.tracks.first,
            let face = own.glimpses.indices.contains(own.firstSeen) ? own.glimpses[own.firstSeen] : nil
        else { return nil }
        let shape = PointShape(face.sixtyEight)
        let distances = frames.compactMap { frame -> (frame: Int, distance: Float)? in
            guard driving.glimpses.indices.contains(frame), let seen = driving.glimpses[frame] else { return nil }
            return (frame, shape.distance(to: PointShape(seen.sixtyEight)))
        }
        return distances.min { $0.distance < $1.distance }?.frame
    }

    /// Reads the driving side once before the frames are made: with a source of frames no portrait can stay in memory until then.
    func nearestAhead(to portraits: [(any EncodedPortrait)?]) throws -> [Tensor?] {
        var frames = DrivingFrames(try DrivingInput(job.driving!, for: context.model), range: job.frames)
        var found: [[Tensor?]] = []
        while let frame = try context.report.timing(\.decode, { try frames.next() }) {
            found.append(try motions(of: frame.content, index: found.count))
            try context.progress(.init(stage: .encoding, done: found.count, total: frames.total))
        }
        return try nearest(found, to: portraits)
    }
}
