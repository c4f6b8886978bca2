import Networks

/// Adds up what was found, clip by clip.
struct EvaluationTally {
    typealias Subject = EvaluationReport.Subject

    private let models: [String]
    private var book = ScoreBook()
    private(set) var clips: [EvaluationReport.Clip] = []
    private var notes: [String] = []
    private var truth = FeatureStatistics(size: InceptionV3.featureCount)
    private var features: [Subject: FeatureStatistics] = [:]

    init(models: [String]) { self.models = models }

    /// Counts a clip.
    ///
    /// - Parameter results: of every model, then of the baselines.
    mutating func add(_ name: String, _ results: [ClipResult]) {
        if let note = results[0].note {
            notes.append(note)
            return
        }
        clips.append(.init(name: name, frames: results[0].frames))
        // In the order of the table.
        for baseline in [nil, "copy", "mean frame"] {
            for (number, result) in results.enumerated() {
                for row in result.rows where row.baseline == baseline {
                    let subject = Subject(model: number < models.count ? models[number] : nil, mode: row.mode, baseline: baseline)
                    book.add(subject, row.scores)
                    row.features?.add(to: &features[subject, default: FeatureStatistics(size: InceptionV3.featureCount)])
                }
            }
        }
        results.last?.truth?.add(to: &truth)
    }

    /// - Parameter directions: of drawn people.
    func report(_ job: EvaluationJob, directions: [DirectionTable]) -> EvaluationReport {
        let modes = job.task.variants.map(\.label)
        var book = book, notes = notes
        if truth.count > 1 {
            let distance = FrechetDistance(from: truth)
            for subject in book.subjects {
                guard let found = features[subject], found.count > 1 else { continue }
                book.set(job.networks.frechetMeasure, of: subject, distance.distance(to: found))
            }
            if truth.count <= InceptionV3.featureCount {
                notes.append(
                    "\(job.networks.frechetMeasure.title) of \(truth.count) frames, no more than its \(InceptionV3.featureCount) "
                        + "features, is too high: compare it with that of the same frames only")
            }
        }
        var comparisons: [EvaluationReport.Comparison?] = []
        for model in models.dropFirst() {
            for mode in modes {
                let first = Subject(model: models[0], mode: mode, baseline: nil)
                comparisons.append(book.comparison(Subject(model: model, mode: mode, baseline: nil), first))
            }
        }
        for model in models {
            let own = modes.map { Subject(model: model, mode: $0, baseline: nil) }
            // Each with relative transfer from the first frame, which stands second.
            for other in own where own.count > 1 && other != own[1] { comparisons.append(book.comparison(other, own[1])) }
            for subject in own {
                // Without a truth, a model has a baseline of its own.
                for (name, mode) in [(nil, nil), (model, subject.mode)] {
                    comparisons.append(book.comparison(subject, Subject(model: name, mode: mode, baseline: "copy")))
                }
            }
        }
        if job.task.hasTruth, job.size < MultiScaleSimilarity.smallestSide {
            notes.append("MS-SSIM needs pictures of at least \(MultiScaleSimilarity.smallestSide) px; these have \(job.size)")
        }
        if job.task.hasTruth, job.networks.lpips != nil, job.size < LPIPS.smallestSide {
            notes.append("LPIPS needs pictures of at least \(LPIPS.smallestSide) px; these have \(job.size)")
        }
        if case .cross(let clips) = job.task, Set(clips.map(\.identity)).count == 1 {
            notes.append("all clips are said to show one person")
        }
        if let problem = job.cache?.problem { notes.append("results could not be cached: \(problem)") }
        return EvaluationReport(
            task: job.task.name, data: job.data, models: models, size: job.size, clips: clips, rows: book.rows,
            comparisons: comparisons.compactMap { $0 }, directions: directions, networks: job.networks.entries,
            absent: job.networks.absent(hasTruth: job.task.hasTruth), notes: notes)
    }
}
