import Foundation

/// Says how far an evaluation is, whichever thread asks for it: of one clip at a time its frames, of several all frames together.
final class EvaluationProgress: @unchecked Sendable {
    private let jobs: Int
    private let show: (String, Int, Int?) -> Void
    private let lock = NSLock()
    private var frames = 0

    init(jobs: Int, _ show: @escaping (_ stage: String, _ done: Int, _ total: Int?) -> Void) {
        (self.jobs, self.show) = (jobs, show)
    }

    /// One frame more.
    func show(_ stage: String, done: Int, total: Int?) {
        lock.withLock {
            frames += 1
            if jobs == 1 { show(stage, done, total) } else { show("\(jobs) clips at a time:", frames, nil) }
        }
    }
}
