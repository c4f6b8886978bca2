import Media
import Networks
import Tensors

/// What the steps of an `AnimationJob` share while it runs.
final class AnimationContext {
    let job: AnimationJob
    let model: PortraitModel
    let progress: (AnimationJob.Progress) throws -> Void
    var report: AnimationReport
    /// What transfers are told of the job.
    var situation = Transfer.Situation()
    private let turn: AnimationJob.Turn

    init(
        _ job: AnimationJob, _ model: PortraitModel, turn: @escaping AnimationJob.Turn,
        progress: @escaping (AnimationJob.Progress) throws -> Void
    ) {
        var job = job
        // Without a driving side the source gives the times, and a picture is its one frame.
        if !job.isMoved { job.source = .frames(job.source.path) }
        (self.job, self.model, self.turn, self.progress) = (job, model, turn, progress)
        report = AnimationReport(output: job.output, model: model.name, mode: job.driving == nil ? nil : job.target.transfer.mode)
    }

    /// Whether motion is transferred relative to a reference frame.
    var isRelative: Bool { job.driving != nil && job.target.transfer.mode == .relative }

    /// Does `count` pieces of the network's work at the same time, when their turn comes.
    func workers<Value>(_ count: Int, _ work: @escaping (Int) throws -> Value) throws -> [Value] {
        try inTurn { try Parallel.workers(count) { index in Result { try work(index) } }.map { try $0.get() } }
    }

    /// Does a piece of the network's work when its turn comes.
    func inTurn<Value>(_ work: @escaping () throws -> Value) throws -> Value {
        nonisolated(unsafe) var result: Result<Value, Error>?
        try turn { result = Result { try work() } }
        return try result!.get()
    }
}
