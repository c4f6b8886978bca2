import Media
import Networks

/// A clip rebuilt from its first frame.
struct ReconstructionUnit: EvaluationUnit {
    let clip: EvaluationClip

    var name: String { clip.name }

    func digest() throws -> String? { try clip.digest() }

    func measure(
        _ models: [EvaluatedModel], withBaselines: Bool, _ settings: EvaluationSettings, progress: (Int, Int?) -> Void
    ) throws -> [ClipResult] {
        // The mean frame is known after a first reading.
        guard let mean = try clip.meanFrame(limit: settings.frameLimit), mean.count > 1 else {
            return passedOver("it has one frame only", models, withBaselines: withBaselines)
        }
        let meanFrame = settings.measured(mean.picture)
        var own = models.map { _ in Scores() }, copy = Scores(), still = Scores(), trueFeatures = FeatureGathering()
        var portraits: [any EncodedPortrait] = [], first: MeasuredPicture?
        var canonical = models.map { _ in CanonicalPose() }
        let posed = CanonicalPose.indices(of: mean.count)
        try clip.forEachFrame(limit: settings.frameLimit) { index, picture in
            if posed.contains(index) {
                for (number, model) in models.enumerated() { try canonical[number].add(picture, model, size: settings.size) }
            }
            let truth = settings.measured(picture)
            guard let first else {
                first = truth
                portraits = try models.map { try $0.portrait(picture, size: settings.size) }
                return
            }
            for (number, model) in models.enumerated() {
                let result = model.frame(portraits[number], motion: try model.motion(of: picture), size: settings.size)
                own[number].add(settings.measured(result), truth: truth)
            }
            if withBaselines {
                copy.add(first, truth: truth)
                still.add(meanFrame, truth: truth)
                trueFeatures.add(truth)
            }
            progress(index + 1, mean.count)
        }
        let frames = mean.count - 1
        var results = zip(own, canonical).map { scores, pose in
            var scores = scores
            scores.canonicalDifference = pose.difference
            return ClipResult(frames: frames, rows: [scores.row(mode: settings.variants[0].label)])
        }
        if withBaselines {
            results.append(
                ClipResult(
                    frames: frames, rows: [copy.row(baseline: "copy"), still.row(baseline: "mean frame")],
                    truth: trueFeatures.features))
        }
        return results
    }
}
