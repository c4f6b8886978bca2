import Networks
import Tensors

/// A person moved as another, whose truth is unknown; the true pictures, for distances of all frames, are the person's own.
struct TransferUnit: EvaluationUnit {
    let own, other: EvaluationClip

    var name: String { "\(own.name) by \(other.name)" }

    func digest() throws -> String? {
        guard let a = try own.digest(), let b = try other.digest() else { return nil }
        return a + " " + b
    }

    func measure(
        _ models: [EvaluatedModel], withBaselines: Bool, _ settings: EvaluationSettings, progress: (Int, Int?) -> Void
    ) throws -> [ClipResult] {
        var first: MeasuredPicture?
        try own.forEachFrame(limit: 1) { first = settings.measured($1) }
        guard let first, let mean = try own.meanFrame(limit: settings.frameLimit) else {
            return passedOver("the source's clip has no frames", models, withBaselines: withBaselines)
        }
        let meanFrame = settings.measured(mean.picture)
        let portraits = try models.map { try $0.portrait(first.picture, size: settings.size) }
        // The still pictures are read once.
        let own = try models.map { try $0.read(first.picture) }, still = try models.map { try $0.read(mean.picture) }
        let empty = own.map { reading in
            settings.variants.map { _ in ResultMotion(source: first, sourceAppearance: reading.appearance) }
        }
        var results = empty, copies = empty, means = empty
        var references: [Tensor] = [], frames = 0
        try other.forEachFrame(limit: settings.frameLimit) { index, picture in
            let shown = settings.measured(picture)
            for (number, model) in models.enumerated() {
                let portrait = portraits[number], driving = try model.motion(of: picture)
                if index == 0 { references.append(driving) }
                for (place, variant) in settings.variants.enumerated() {
                    let target = variant.target.moved(
                        portrait, driving: driving, reference: references[number], on: model.network)
                    let result = settings.measured(model.frame(portrait, motion: target, size: settings.size))
                    results[number][place].add(result, try model.read(result.picture), target: target, driving: shown)
                    copies[number][place].add(first, own[number], target: target, driving: shown)
                    means[number][place].add(meanFrame, still[number], target: target, driving: shown)
                }
            }
            frames = index + 1
            progress(frames, other.frameCount.map { min($0, settings.frameLimit) })
        }
        guard frames > 1 else {
            return passedOver("the driving clip has one frame only", models, withBaselines: withBaselines)
        }
        var found = models.indices.map { number -> ClipResult in
            let kinds: [(name: String?, results: [[ResultMotion]])] = [(nil, results), ("copy", copies), ("mean frame", means)]
            return ClipResult(
                frames: frames,
                rows: kinds.flatMap { kind in
                    zip(settings.variants, kind.results[number]).map { $1.row(mode: $0.label, baseline: kind.name) }
                })
        }
        if withBaselines {
            var trueFeatures = FeatureGathering()
            if settings.networks.inception != nil {
                try self.own.forEachFrame(limit: settings.frameLimit) { trueFeatures.add(settings.measured($1)) }
            }
            found.append(ClipResult(frames: frames, truth: trueFeatures.features))
        }
        return found
    }
}
