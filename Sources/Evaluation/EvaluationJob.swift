import Animation
import Files
import Foundation
import Media
import Networks
import Puppets
import Tensors

/// Measures one or several models by one protocol, on the same frames.
public struct EvaluationJob {
    /// At least one, with different names.
    public var models: [PortraitModel]
    public var task: EvaluationTask
    /// What reports call the data; nil for drawn people.
    public var data: String?
    /// Side of the pictures that are compared, in pixels; clips' frames are of this size.
    public var size: Int
    /// At most so many frames of each clip, from the first.
    public var frameLimit = Int.max
    /// What finds the mouths that models' refiners paint.
    public var faces = FaceSupply.none
    /// What measures by networks rest on.
    public var networks = SuppliedNetworks()
    /// The cache of results; nil to compute all.
    public var cache: EvaluationCache?
    /// How many clips are measured at a time, on one thread each; a single one has all threads to itself.
    public var jobs = 1

    /// Seeds of drawn people and motions: training samples from all 64-bit numbers, data sets of `lia puppets` from 48-bit ones, and
    /// neither meets small ones but by chance.
    public static let firstSeed: UInt64 = 9000

    public init(models: [PortraitModel], task: EvaluationTask, data: String?, size: Int) {
        precondition(!models.isEmpty && Set(models.map(\.name)).count == models.count, "models have different names")
        (self.models, self.task, self.data, self.size) = (models, task, data, size)
    }

    /// Runs the whole job.
    ///
    /// - Parameter progress: told what is under way, how many frames of it are done, and of how many where that is known; never
    ///   twice at the same time.
    /// - Throws: `FileError` (input): a clip that cannot be read, or too few clips for the task.
    public func run(
        progress: @escaping (_ stage: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in }
    ) throws -> EvaluationReport {
        let shown = EvaluationProgress(jobs: jobs, progress)
        let evaluated = try models.map { try EvaluatedModel($0, faces: faces) }
        let cached = try CachedResults(job: self)
        let settings = EvaluationSettings(
            task: task.name, size: size, frameLimit: frameLimit, variants: task.variants, networks: networks)
        var tally = EvaluationTally(models: models.map(\.name))
        let units = try self.units
        try OrderedWork.run(units.count, jobs: jobs) { index in
            let unit = units[index]
            // The baselines come last.
            return (
                unit.name,
                try cached.results(of: try unit.digest(), models.count + 1) { wanted in
                    try unit.measure(
                        wanted.filter { $0 < models.count }.map { evaluated[$0] }, withBaselines: wanted.contains(models.count), settings
                    ) { shown.show(unit.name, done: $0, total: $1) }
                }
            )
        } take: {
            tally.add($0.0, $0.1)
        }
        try check(tally)
        let directions = try self.directions(evaluated, cached, shown)
        return tally.report(self, directions: directions)
    }

    private var units: [any EvaluationUnit] {
        get throws {
            switch task {
            case .reconstruction(let clips): return clips.map { ReconstructionUnit(clip: $0) }
            case .cross(let clips):
                guard clips.count > 1 else {
                    throw FileError(
                        .input, data ?? "data", "has \(clips.count) clip, but one person by another takes two; add clips")
                }
                return clips.enumerated().map { place, own in
                    let others = (1..<clips.count).map { clips[(place + $0) % clips.count] }
                    return TransferUnit(own: own, other: others.first { $0.identity != own.identity } ?? others[0])
                }
            case .puppets(let count, let frames, _, let isSamePerson, let hasOtherPose):
                return (0..<count).map { pair in
                    let own = Self.firstSeed + 2 * UInt64(pair)
                    return DrawnUnit(
                        own: own, other: isSamePerson ? own : own + 1, motion: Self.firstSeed + UInt64(pair), frames: frames,
                        hasOtherPose: hasOtherPose)
                }
            }
        }
    }

    private func check(_ tally: EvaluationTally) throws {
        guard tally.clips.isEmpty else { return }
        throw FileError(
            .input, data ?? "data",
            task.hasTruth
                ? "has no clip of two or more frames, which reconstruction needs"
                : "has no clips of two or more frames, which drive another person")
    }

    /// What each direction says of the pose of drawn people.
    private func directions(
        _ evaluated: [EvaluatedModel], _ cached: CachedResults, _ shown: EvaluationProgress
    ) throws -> [DirectionTable] {
        guard case .puppets(let count, let frames, _, _, _) = task else { return [] }
        let probes = (0..<2 * count).map { PoseProbe(person: Self.firstSeed + UInt64($0), count: frames, size: size) }
        var magnitudes = models.map { _ in [[Double]]() }
        try OrderedWork.run(probes.count, jobs: jobs) { index -> [[[Float]]] in
            let probe = probes[index]
            return try cached.results(of: "poses \(probe.person) \(frames)", models.count) { wanted in
                try probe.motions(wanted.map { evaluated[$0] }) {
                    shown.show("poses of person \(probe.person)", done: $0, total: frames)
                }
            }
        } take: { found in
            for (number, values) in found.enumerated() { magnitudes[number] += values.map { $0.map(Double.init) } }
        }
        let poses = probes.flatMap { $0.poses.map { pose in PuppetPose.parts.map { Double(pose[keyPath: $0.value]) } } }
        let groups = probes.indices.flatMap { Array(repeating: $0, count: frames) }
        return try zip(models, magnitudes).map { model, magnitudes in
            DirectionTable(
                model: model.name, magnitudes: magnitudes, parameters: PuppetPose.parts.map(\.name), poses: poses, groups: groups,
                isOfDirections: try model.videoDriven.isDrivenAlongControls)
        }
    }
}
