import Files
import Foundation
import Networks
import Tensors

/// What is held for one page: its model, its portrait, its driving motion, and work in progress. Freed when the page is gone.
final class Session: @unchecked Sendable {
    /// What names of pages' folders of temporary files begin with.
    static let scratchBeginning = "lia-explorer-"

    /// An unguessable identifier that authorizes the page.
    let id: String
    let scratch: Scratch
    private let lock = NSLock()
    private var held: State
    private var contact = DispatchTime.now()

    struct State {
        var model: LoadedModel
        var portrait: Portrait?
        var motion: DrivingMotion?
        var job: Job?
        var saved: SavedFile?
        /// Whether the page is gone; nothing is begun for it then.
        var isOver = false
    }

    /// - Throws: `FileError` (output) when temporary files cannot be written.
    init(model: LoadedModel) throws {
        id = SessionStore.randomName()
        scratch = try Scratch(Self.scratchBeginning)
        held = State(model: model)
    }

    var state: State { lock.withLock { held } }

    func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result { try lock.withLock { try body(&held) } }

    /// The page has said something.
    func touch() { lock.withLock { contact = .now() } }

    /// Seconds since the page last said something.
    var silence: Double { lock.withLock { Double(DispatchTime.now().uptimeNanoseconds - contact.uptimeNanoseconds) * 1e-9 } }

    /// Begins long work, in place of what is still in progress.
    ///
    /// - Parameter body: runs on a thread of its own.
    func begin(_ job: Job, _ body: @escaping () -> Void) {
        change {
            $0.job?.cancel()
            $0.job = job
            if $0.isOver { job.cancel() }
        }
        nonisolated(unsafe) let body = body
        Thread.detachNewThread { body() }
    }

    func end() {
        change {
            $0.isOver = true
            $0.job?.cancel()
            ($0.portrait, $0.motion, $0.saved) = (nil, nil, nil)
        }
    }
}
