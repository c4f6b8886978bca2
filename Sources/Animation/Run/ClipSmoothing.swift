import Media
import Networks
import Tensors

/// The driving motions of a moving source's clip, smoothed over the whole of it: both sides are read once before the frames are made, and
/// the motions of every frame are remembered, some hundred numbers each.
final class ClipSmoothing {
    private let context: AnimationContext
    private let fit: Fit
    private let open: () throws -> FrameFeed
    /// For each face of the source and frame the driving motion; nil where either is not seen.
    private var found: [[Tensor?]]?

    /// - Parameters:
    ///   - fit: of what is cut out of the source's frames.
    ///   - open: opens both sides anew.
    init(_ context: AnimationContext, fit: Fit, _ open: @escaping () throws -> FrameFeed) {
        (self.context, self.fit, self.open) = (context, fit, open)
    }

    /// The motion, (1, V), to be transferred in a frame, counted from 0; nil where the frame's own serves.
    func driving(of face: Int, in frame: Int) -> Tensor? {
        guard let found, found.indices.contains(face), found[face].indices.contains(frame) else { return nil }
        return found[face][frame]
    }

    /// Reads both sides, once.
    ///
    /// - Parameter references: (1, V) for each driving face; the first motion of those of which none is known.
    func run(references: [Tensor?]) throws {
        guard found == nil else { return }
        var feed = try open(), frames: [[DrivenFrame?]] = [], held: [Tensor?] = []
        let network = try context.model.videoDriven, model = context.model, faces = context.job.faces, fit = fit
        while let input = try context.report.timing(\.decode, { try feed.next() }) {
            let (own, driving) = try context.report.timing(\.encode) {
                try context.inTurn { () -> ([Tensor?], [Tensor?]) in
                    let own = try input.own!.cuts.map { try $0.map { try model.read($0, fit, faces: faces).motion } }
                    let driving = try input.driving.map { driving -> Tensor? in
                        switch driving {
                        case .motion(let motion): return motion
                        case .picture(let picture, let opening): return try network.read(Tensor(picture), opening: opening).motion
                        case nil: return nil
                        }
                    }
                    return (own, driving)
                }
            }
            while held.count < driving.count { held.append(nil) }
            for (index, motion) in driving.enumerated() { held[index] = motion ?? held[index] }
            frames.append(
                own.enumerated().map { face, own in
                    guard let own, let driver = Moment.driver(of: face, among: held.count), let driving = held[driver] else { return nil }
                    return DrivenFrame(own: own, driving: driving)
                })
            try context.progress(.init(stage: .encoding, done: frames.count, total: feed.total))
        }
        var transfer = context.job.target.transfer
        transfer.situation = context.situation
        found = (0..<(frames.first?.count ?? 0)).map { face in
            let seen = frames.indices.filter { frames[$0][face] != nil }, clip = seen.map { frames[$0][face]! }
            guard let first = clip.first, let driver = Moment.driver(of: face, among: held.count) else { return [] }
            let reference = (references.indices.contains(driver) ? references[driver] : nil) ?? first.driving
            var result = [Tensor?](repeating: nil, count: frames.count)
            let smooth = network.smoothed(clip, reference: reference, transfer, strength: context.job.smoothing)
            for (place, frame) in seen.enumerated() { result[frame] = smooth[place] }
            return result
        }
    }
}
