import Dispatch
import Files
import Foundation

/// Ctrl-C and its like: outputs that are not finished are removed before the process ends with 128 + the signal's number.
enum Interruption {
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []
    private static let lock = NSLock()
    nonisolated(unsafe) private static var canFinish: ((Int32) -> Bool)?

    /// Lets work come to a good end where there is one at hand, instead of ending the process at once.
    ///
    /// - Parameter begin: is given the signal's number, from another thread; false to end the process at once after all.
    static func finishInstead(_ begin: @escaping @Sendable (Int32) -> Bool) {
        lock.withLock { canFinish = begin }
    }

    static func cleanUpWhenInterrupted() {
        // A limit on file sizes then fails the write, as a full disk does, instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number, SIG_IGN)
            // Under nohup the program outlives its terminal.
            if number == SIGHUP, unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                if let begin = lock.withLock({ canFinish }), begin(number) { return }
                StagedOutput.discardAll()
                _exit(128 + number)
            }
            source.resume()
            sources.append(source)
        }
    }
}
