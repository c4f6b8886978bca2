import Files
import Foundation

/// Ctrl-C and its like: outputs that are not finished are removed before the process ends with 128 + the signal's number.
enum Interruption {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var finishesFirst = false
    nonisolated(unsafe) private static var notedSignal: Int32?
    /// What the handler of the signals writes to.
    nonisolated(unsafe) fileprivate static var semaphore = sem_t()
    /// The signal that came last.
    nonisolated(unsafe) fileprivate static var received: Int32 = 0

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

    /// - Returns: false where no thread could be made.
    static func cleanUpWhenInterrupted() -> Bool {
        // A limit on file sizes then fails the write, as a full disk does, instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        sem_init(&semaphore, 0, 0)
        // In a handler of signals hardly anything may be done: a thread of its own does it, which no library waits for.
        let isWaiting = PlainThread.start {
            while true {
                while sem_wait(&semaphore) != 0 {}
                let number = received
                if note(number) { continue }
                StagedOutput.discardAll()
                _exit(128 + number)
            }
        }
        guard isWaiting else { return false }
        // A program that starts this one may have blocked them.
        var handled = sigset_t()
        sigemptyset(&handled)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            var before = sigaction()
            sigaction(number, nil, &before)
            // Under nohup the program outlives its terminal.
            let isIgnored = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if number == SIGHUP, isIgnored { continue }
            var action = sigaction()
            action.sa_flags = SA_RESTART
            action.__sigaction_handler.sa_handler = { number in
                let error = errno
                Interruption.received = number
                sem_post(&Interruption.semaphore)
                errno = error
            }
            sigaction(number, &action, nil)
            sigaddset(&handled, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &handled, nil)
        return true
    }
}
