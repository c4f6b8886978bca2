import Files
import Media
import Networks
import Puppets
import Tensors

/// Measures one or several models by one protocol, on the same frames.
public struct EvaluationJob {
    typealias Subject = EvaluationReport.Subject

    /// At least one, with different names.
    public var models: [EvaluatedModel]
    public var task: EvaluationTask
    /// What reports call the data; nil for drawn people.
    public var data: String?
    /// Side of the pictures that are compared, in pixels; clips' frames are of this size.
    public var size: Int
    /// At most so many frames of each clip, from the first.
    public var frameLimit = Int.max

    /// Seeds of drawn people and motions: training draws from all 64-bit numbers, data sets of `lia puppets` from 48-bit ones, and
    /// neither meets small ones but by chance.
    public static let firstSeed: UInt64 = 9000

    public init(models: [EvaluatedModel], task: EvaluationTask, data: String?, size: Int) {
        precondition(!models.isEmpty && Set(models.map(\.name)).count == models.count, "models have different names")
        (self.models, self.task, self.data, self.size) = (models, task, data, size)
    }

    /// Runs the whole job.
    ///
    /// - Parameter progress: told the clip's name, how many frames are done, and of how many where that is known.
    /// - Throws: `FileError` (input): a clip that cannot be read, or too few clips for the task.
    public func run(progress: (_ clip: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in }) throws -> EvaluationReport {
        var run = Run(job: self)
        switch task {
        case .reconstruction(let clips): try reconstruct(clips, &run, progress)
        case .cross(let clips): try transfer(clips, &run, progress)
        case .puppets(let count, let frames, _, let isSamePerson, let hasOtherPose):
            try drawn(count, frames: frames, isSamePerson: isSamePerson, hasOtherPose: hasOtherPose, &run, progress)
        }
        return run.report
    }

    /// What is gathered on the way.
    private struct Run {
        let job: EvaluationJob
        var book = ScoreBook()
        var clips: [EvaluationReport.Clip] = []
        var notes: [String] = []
        var directions: [DirectionTable] = []

        var report: EvaluationReport {
            let modes = job.task.variants.map(\.label)
            let models = job.models.map(\.name)
            var comparisons: [EvaluationReport.Comparison?] = []
            for model in models.dropFirst() {
                for mode in modes {
                    comparisons.append(
                        book.comparison(.init(model: model, mode: mode, baseline: nil), .init(model: models[0], mode: mode, baseline: nil)))
                }
            }
            for model in models {
                let own = modes.map { Subject(model: model, mode: $0, baseline: nil) }
                // Each with relative transfer from the first frame, which stands second.
                for other in own where own.count > 1 && other != own[1] { comparisons.append(book.comparison(other, own[1])) }
                for subject in own {
                    // Without a truth, a model has a baseline of its own.
                    let copies = [Subject(model: nil, mode: nil, baseline: "copy"), Subject(model: model, mode: subject.mode, baseline: "copy")]
                    for copy in copies { comparisons.append(book.comparison(subject, copy)) }
                }
            }
            var notes = notes
            if job.task.measures.contains(.multiScaleSSIM), job.size < MultiScaleSimilarity.smallestSide {
                notes.append("MS-SSIM needs pictures of at least \(MultiScaleSimilarity.smallestSide) px; these have \(job.size)")
            }
            return EvaluationReport(
                task: job.task.name, data: job.data, models: models, size: job.size, clips: clips, rows: book.rows,
                comparisons: comparisons.compactMap { $0 }, directions: directions, notes: notes)
        }
    }

    // MARK: Reconstruction

    private func reconstruct(_ clips: [EvaluationClip], _ run: inout Run, _ progress: (String, Int, Int?) -> Void) throws {
        for clip in clips {
            // The mean frame is known after a first reading.
            guard let mean = try clip.meanFrame(limit: frameLimit), mean.count > 1 else {
                run.notes.append("\(clip.name): passed over, because it has one frame only")
                continue
            }
            var own = models.map { _ in Scores() }, copy = Scores(), still = Scores()
            var sources: [LIA.Source] = [], first: Picture?
            try clip.forEachFrame(limit: frameLimit) { index, truth in
                guard let first else {
                    first = truth
                    sources = models.map { $0.network.encode(source: $0.input(truth)) }
                    return
                }
                for (number, model) in models.enumerated() {
                    let motion = model.network.encode(driving: model.input(truth))
                    own[number].add(model.frame(sources[number], magnitudes: motion, size: size), truth: truth)
                }
                copy.add(first, truth: truth)
                still.add(mean.picture, truth: truth)
                progress(clip.name, index + 1, mean.count)
            }
            for (model, scores) in zip(models, own) {
                run.book.add(Subject(model: model.name, mode: TransferMode.absolute.rawValue, baseline: nil), scores.means)
            }
            run.book.add(Subject(model: nil, mode: nil, baseline: "copy"), copy.means)
            run.book.add(Subject(model: nil, mode: nil, baseline: "mean frame"), still.means)
            run.clips.append(.init(name: clip.name, frames: copy.frames))
        }
        guard !run.clips.isEmpty else {
            throw FileError(.input, data ?? "data", "has no clip of two or more frames, which reconstruction needs")
        }
    }

    // MARK: Drawn people

    private func drawn(
        _ count: Int, frames: Int, isSamePerson: Bool, hasOtherPose: Bool, _ run: inout Run, _ progress: (String, Int, Int?) -> Void
    ) throws {
        for pair in 0..<count {
            let (own, motion) = (Self.firstSeed + 2 * UInt64(pair), Self.firstSeed + UInt64(pair))
            let other = isSamePerson ? own : own + 1
            let truth = EvaluationClip(PuppetClip(identity: own, motion: motion, frames: frames, size: size))
            let driving = EvaluationClip(PuppetClip(identity: other, motion: motion, frames: frames, size: size))
            let name = isSamePerson ? "person \(own)" : "person \(own) by \(other)"
            // Half a minute away, where the motion has long forgotten how it began.
            let pose = PuppetPose.motion(seed: motion, at: hasOtherPose ? 30 : 0)
            let picture = Puppet(seed: own).draw(pose, size: size)
            let sources = models.map { $0.network.encode(source: $0.input(picture)) }
            var motions = models.map { _ in [Tensor]() }
            try driving.forEachFrame(limit: frames) { _, frame in
                for (number, model) in models.enumerated() {
                    motions[number].append(model.network.encode(driving: model.input(frame)))
                }
            }
            let references = models.indices.map { number in
                task.variants.map { $0.referenceFrame(models[number].network, motions[number], own: sources[number].magnitudes) }
            }
            let mean = try truth.meanFrame(limit: frames)!.picture
            var scores = models.map { _ in task.variants.map { _ in Scores() } }, copy = Scores(), still = Scores()
            try truth.forEachFrame(limit: frames) { index, truth in
                // The first frame is the source itself, where that has no pose of its own.
                guard index > 0 else { return }
                for (number, model) in models.enumerated() {
                    for (place, variant) in task.variants.enumerated() {
                        let asked = variant.asked(
                            model.network, driving: motions[number][index], reference: motions[number][references[number][place]],
                            own: sources[number].magnitudes)
                        scores[number][place].add(model.frame(sources[number], magnitudes: asked, size: size), truth: truth)
                    }
                }
                copy.add(picture, truth: truth)
                still.add(mean, truth: truth)
                progress(name, index + 1, frames)
            }
            for (model, scores) in zip(models, scores) {
                for (variant, scores) in zip(task.variants, scores) {
                    run.book.add(Subject(model: model.name, mode: variant.label, baseline: nil), scores.means)
                }
            }
            run.book.add(Subject(model: nil, mode: nil, baseline: "copy"), copy.means)
            run.book.add(Subject(model: nil, mode: nil, baseline: "mean frame"), still.means)
            run.clips.append(.init(name: name, frames: frames - 1))
        }
        run.directions = probe(people: 2 * count, posesEach: frames, progress)
    }

    /// What each direction says of the pose: the same people in poses whose parameters are drawn evenly from their natural ranges and
    /// independently, so that no parameter is told by another as in natural motion.
    private func probe(people: Int, posesEach: Int, _ progress: (String, Int, Int?) -> Void) -> [DirectionTable] {
        var magnitudes = models.map { _ in [[Double]]() }
        var poses: [[Double]] = [], groups: [Int] = []
        for person in 0..<people {
            let seed = Self.firstSeed + UInt64(person)
            let puppet = Puppet(seed: seed)
            var random = RandomSource(seed: seed)
            for number in 0..<posesEach {
                var pose = PuppetPose()
                for part in PuppetPose.parts {
                    let (low, high) = (part.natural.lowerBound, part.natural.upperBound)
                    pose[keyPath: part.value] = low + (high - low) * random.uniform()
                }
                poses.append(PuppetPose.parts.map { Double(pose[keyPath: $0.value]) })
                groups.append(person)
                let picture = puppet.draw(pose, size: size)
                for (place, model) in models.enumerated() {
                    magnitudes[place].append(model.network.encode(driving: model.input(picture)).values.map(Double.init))
                }
                progress("poses of person \(seed)", number + 1, posesEach)
            }
        }
        return zip(models, magnitudes).map { model, magnitudes in
            DirectionTable(
                model: model.name, magnitudes: magnitudes, parameters: PuppetPose.parts.map(\.name), poses: poses, groups: groups)
        }
    }

    // MARK: Other people, without a truth

    private func transfer(_ clips: [EvaluationClip], _ run: inout Run, _ progress: (String, Int, Int?) -> Void) throws {
        guard clips.count > 1 else {
            throw FileError(.input, data ?? "data", "has \(clips.count) clip, but one person by another takes two; add clips")
        }
        for (place, own) in clips.enumerated() {
            let others = (1..<clips.count).map { clips[(place + $0) % clips.count] }
            let other = others.first { $0.identity != own.identity } ?? others[0]
            var first: Picture?
            try own.forEachFrame(limit: 1) { first = $1 }
            guard let first, let mean = try own.meanFrame(limit: frameLimit) else {
                run.notes.append("\(own.name): passed over, because it has no frames")
                continue
            }
            let name = "\(own.name) by \(other.name)"
            let sources = models.map { $0.network.encode(source: $0.input(first)) }
            // The still baselines are encoded once.
            let still = models.map { model in
                let code = model.network.encoder.code(model.input(mean.picture))
                return (code: code, magnitudes: model.network.encoder.magnitudes(code))
            }
            let empty = sources.map { source in task.variants.map { _ in ResultMotion(sourceCode: source.code) } }
            var results = empty, copies = empty, means = empty
            var references: [Tensor] = [], frames = 0
            try other.forEachFrame(limit: frameLimit) { index, picture in
                for (number, model) in models.enumerated() {
                    let (network, source) = (model.network, sources[number])
                    let driving = network.encode(driving: model.input(picture))
                    if index == 0 { references.append(driving) }
                    for (place, variant) in task.variants.enumerated() {
                        let asked = variant.asked(network, driving: driving, reference: references[number], own: source.magnitudes)
                        let result = model.frame(source, magnitudes: asked, size: size)
                        let code = network.encoder.code(model.input(result))
                        results[number][place].add(result, code: code, magnitudes: network.encoder.magnitudes(code), asked: asked)
                        copies[number][place].add(first, code: source.code, magnitudes: source.magnitudes, asked: asked)
                        means[number][place].add(
                            mean.picture, code: still[number].code, magnitudes: still[number].magnitudes, asked: asked)
                    }
                }
                frames = index + 1
                progress(name, frames, other.frameCount.map { min($0, frameLimit) })
            }
            guard frames > 1 else {
                run.notes.append("\(name): passed over, because the driving clip has one frame only")
                continue
            }
            for (kind, results) in [(nil, results), ("copy", copies), ("mean frame", means)] as [(String?, [[ResultMotion]])] {
                for (model, results) in zip(models, results) {
                    for (variant, result) in zip(task.variants, results) {
                        run.book.add(Subject(model: model.name, mode: variant.label, baseline: kind), result.scores)
                    }
                }
            }
            run.clips.append(.init(name: name, frames: frames))
        }
        guard !run.clips.isEmpty else {
            throw FileError(.input, data ?? "data", "has no clips of two or more frames, which drive another person")
        }
        if Set(clips.map(\.identity)).count == 1 { run.notes.append("all clips are said to show one person") }
    }
}
