/// Every subject's measures, clip by clip.
struct ScoreBook {
    typealias Subject = EvaluationReport.Subject

    /// In the order of their first clip.
    private(set) var subjects: [Subject] = []
    private var scores: [Subject: [[Measure: Double]]] = [:]
    private var totals: [Subject: [Measure: Double]] = [:]

    /// Counts one clip; every subject gets as many.
    mutating func add(_ subject: Subject, _ measured: [Measure: Double]) {
        if scores[subject] == nil { subjects.append(subject) }
        scores[subject, default: []].append(measured)
    }

    /// Notes what is one number of all clips together, which no interval and no comparison comes from.
    mutating func set(_ measure: Measure, of subject: Subject, _ value: Double) { totals[subject, default: [:]][measure] = value }

    /// The subjects' rows.
    var rows: [EvaluationReport.Row] {
        subjects.map { subject in
            let clips = scores[subject]!
            var measures: [String: Estimate] = [:]
            for measure in Measure.allCases {
                let values = clips.compactMap { $0[measure] }
                if !values.isEmpty { measures[measure.rawValue] = Estimate(values) }
                if let total = totals[subject]?[measure] { measures[measure.rawValue] = Estimate([total]) }
            }
            return EvaluationReport.Row(
                subject: subject, measures: measures,
                clips: clips.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key.rawValue, $0.value) }) })
        }
    }

    /// How two subjects differ, on the clips that both have a value of.
    func comparison(_ first: Subject, _ second: Subject) -> EvaluationReport.Comparison? {
        guard let a = scores[first], let b = scores[second] else { return nil }
        var measures: [String: EvaluationReport.Comparison.Difference] = [:]
        for measure in Measure.allCases {
            let differences = zip(a, b).compactMap { a, b in a[measure].flatMap { x in b[measure].map { x - $0 } } }
            guard !differences.isEmpty else { continue }
            let (estimate, p) = (Estimate(differences), SignFlipTest.p(differences))
            measures[measure.rawValue] = .init(
                estimate: estimate, p: p, isSignificant: p < 0.05,
                favorsFirst: estimate.mean == 0 ? nil : (estimate.mean > 0) == measure.isBetterHigh)
        }
        return EvaluationReport.Comparison(first: first, second: second, measures: measures)
    }
}
