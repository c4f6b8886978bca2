import Dispatch
import Files
import Foundation

/// Ctrl-C and its like: outputs that are not finished are removed before the process ends with 128 + the signal's number.
enum Interruption {
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []
    private static let lock = NSLock()
    nonisolated(unsafe) private static var finishesFirst = false
    nonisolated(unsafe) private static var notedSignal: Int32?

    /// From now on the first signal is only noted, so that work can come to a good end; a second one ends the process at once.
    static func finishFirst() { lock.withLock { finishesFirst = true } }

    /// The number of the signal that was noted.
    static var signalNoted: Int32? { lock.withLock { notedSignal } }

    /// Whether a signal is only noted.
    private static func note(_ number: Int32) -> Bool {
        lock.withLock {
            guard finishesFirst, notedSignal == nil else { return false }
            notedSignal = number
            return true
        }
    }

    static func cleanUpWhenInterrupted() {
        // A limit on file sizes then fails the write, as a full disk does, instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            let before = signal(number, SIG_IGN)
            // Under nohup the program outlives its terminal.
            if number == SIGHUP, unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                if note(number) { return }
                StagedOutput.discardAll()
                _exit(128 + number)
            }
            source.resume()
            sources.append(source)
        }
    }
}
