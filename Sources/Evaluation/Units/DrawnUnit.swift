import Networks
import Puppets
import Tensors

/// A drawn person moved as another, whose truth is drawn too.
struct DrawnUnit: EvaluationUnit {
    /// Seeds of the person, of whom it is driven by, and of the motion.
    let own, other, motion: UInt64
    let frames: Int
    /// Whether the source is in a pose of another moment than the driving clip's first frame.
    let hasOtherPose: Bool

    var name: String { own == other ? "person \(own)" : "person \(own) by \(other)" }

    func digest() -> String? { "\(own) \(other) \(motion) \(frames) \(hasOtherPose)" }

    func measure(
        _ models: [EvaluatedModel], withBaselines: Bool, _ settings: EvaluationSettings, progress: (Int, Int?) -> Void
    ) throws -> [ClipResult] {
        let size = settings.size
        let truth = EvaluationClip(PuppetClip(identity: own, motion: motion, frames: frames, size: size))
        let driving = EvaluationClip(PuppetClip(identity: other, motion: motion, frames: frames, size: size))
        // Half a minute away, where the motion has long forgotten how it began.
        let pose = PuppetPose.motion(seed: motion, at: hasOtherPose ? 30 : 0)
        let first = settings.measured(Puppet(seed: own).draw(pose, size: size))
        let portraits = try models.map { try $0.portrait(first.picture, size: size) }
        var motions = models.map { _ in [Tensor]() }
        try driving.forEachFrame(limit: frames) { _, frame in
            for (number, model) in models.enumerated() { motions[number].append(try model.motion(of: frame)) }
        }
        let references = models.indices.map { number in
            settings.variants.map { $0.referenceFrame(motions[number], portraits[number], on: models[number].network) }
        }
        let meanFrame = settings.measured(try truth.meanFrame(limit: frames)!.picture)
        var scores = models.map { _ in settings.variants.map { _ in Scores() } }
        var copy = Scores(), still = Scores(), trueFeatures = FeatureGathering()
        try truth.forEachFrame(limit: frames) { index, picture in
            // The first frame is the source itself, where that has no pose of its own.
            guard index > 0 else { return }
            let truth = settings.measured(picture)
            for (number, model) in models.enumerated() {
                for (place, variant) in settings.variants.enumerated() {
                    let target = variant.target.moved(
                        portraits[number], driving: motions[number][index], reference: motions[number][references[number][place]],
                        on: model.network)
                    let result = model.frame(portraits[number], motion: target, size: size)
                    scores[number][place].add(settings.measured(result), truth: truth)
                }
            }
            if withBaselines {
                copy.add(first, truth: truth)
                still.add(meanFrame, truth: truth)
                trueFeatures.add(truth)
            }
            progress(index + 1, frames)
        }
        var results = scores.map { scores in
            ClipResult(frames: frames - 1, rows: zip(scores, settings.variants).map { $0.row(mode: $1.label) })
        }
        if withBaselines {
            results.append(
                ClipResult(
                    frames: frames - 1, rows: [copy.row(baseline: "copy"), still.row(baseline: "mean frame")],
                    truth: trueFeatures.features))
        }
        return results
    }
}
