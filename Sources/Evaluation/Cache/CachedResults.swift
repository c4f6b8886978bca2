import Files
import Networks

/// Results for some models: taken from the cache where it has them, else computed and cached.
struct CachedResults {
    private let cache: EvaluationCache?
    /// The digest of each model's file, then a word for the baselines; nil where a file is not known.
    private let models: [String?]
    /// What all results of the job depend on.
    private let settings: [String: String]

    /// - Throws: `FileError` (input) when a file cannot be read.
    init(job: EvaluationJob) throws {
        cache = job.cache
        guard job.cache != nil else {
            (models, settings) = ([], [:])
            return
        }
        models =
            try job.models.map { model in
                let gains = (model.network as? LIA)?.gains ?? []
                let refiner = try model.usesDetail ? model.refiner?.path.map { try " refined by " + Digest.of(file: $0) } : nil
                return try model.checkpoint.map {
                    try Digest.of(file: $0) + (model.usesDetail ? " with detail" : "") + (refiner ?? "")
                        + (gains.allSatisfy { $0 == .none } ? "" : " gains \(gains)")
                }
            } + ["baselines"]
        settings = [
            "task": job.task.name, "size": "\(job.size)", "frames": "\(job.frameLimit)", "networks": try job.networks.digest(),
        ]
    }

    /// - Parameters:
    ///   - clip: what tells what is measured from all else; nil where that is not known.
    ///   - count: how many results there are: one for each model, and perhaps one of the baselines.
    ///   - compute: gives the requested ones, in their order.
    func results<Result: Codable>(
        of clip: @autoclosure () throws -> String?, _ count: Int, compute: (_ wanted: [Int]) throws -> [Result]
    ) throws -> [Result] {
        guard let cache, let clip = try clip() else { return try compute(Array(0..<count)) }
        let keys = (0..<count).map { number in
            models[number].map { settings.merging(["clip": clip, "model": $0]) { $1 } }
        }
        var found: [Result?] = keys.map { $0.flatMap { cache.value($0) } }
        let wanted = found.indices.filter { found[$0] == nil }
        if !wanted.isEmpty {
            for (number, result) in zip(wanted, try compute(wanted)) {
                found[number] = result
                if let key = keys[number] { cache.keep(result, key) }
            }
        }
        return found.map { $0! }
    }
}
