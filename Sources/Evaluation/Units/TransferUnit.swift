import Networks
import Tensors

/// A person moved as another, where nobody knows the truth; the true pictures, for distances of all frames, are the person's own.
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
        let sources = models.map { $0.source(first.picture, size: settings.size) }
        // The still baselines are encoded once.
        let still = models.map { model in
            let code = model.network.encoder.code(model.input(mean.picture))
            return (code: code, magnitudes: model.network.encoder.magnitudes(code))
        }
        let empty = sources.map { source in settings.variants.map { _ in ResultMotion(source: first, sourceCode: source.code) } }
        var results = empty, copies = empty, means = empty
        var references: [Tensor] = [], frames = 0
        try other.forEachFrame(limit: settings.frameLimit) { index, picture in
            for (number, model) in models.enumerated() {
                let (network, source) = (model.network, sources[number])
                let driving = network.encode(driving: model.input(picture))
                if index == 0 { references.append(driving) }
                for (place, variant) in settings.variants.enumerated() {
                    let asked = variant.asked(network, driving: driving, reference: references[number], own: source.magnitudes)
                    let result = settings.measured(model.frame(source, magnitudes: asked, size: settings.size))
                    let code = network.encoder.code(model.input(result.picture))
                    results[number][place].add(result, code: code, magnitudes: network.encoder.magnitudes(code), asked: asked)
                    copies[number][place].add(first, code: source.code, magnitudes: source.magnitudes, asked: asked)
                    means[number][place].add(
                        meanFrame, code: still[number].code, magnitudes: still[number].magnitudes, asked: asked)
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
                try own.forEachFrame(limit: settings.frameLimit) { trueFeatures.add(settings.measured($1)) }
            }
            found.append(ClipResult(frames: frames, truth: trueFeatures.features))
        }
        return found
    }
}
