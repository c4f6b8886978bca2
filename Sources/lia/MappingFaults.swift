import Files
import Foundation

/// Files are read by way of memory, and one that is made shorter meanwhile, or whose drive goes away, gives a signal (SIGBUS) where it is
/// read. The program then ends in a line like any other error, and leaves nothing unfinished.
enum MappingFaults {
    /// What the handler of the signal writes to.
    nonisolated(unsafe) fileprivate static var semaphore = sem_t()
    nonisolated(unsafe) fileprivate static var address: UInt = 0

    /// Begins to watch.
    ///
    /// - Returns: false where no thread could be made.
    static func watch() -> Bool {
        sem_init(&semaphore, 0, 0)
        // In a handler of signals hardly anything may be done: another thread does it.
        let isWatched = PlainThread.start {
            while sem_wait(&semaphore) != 0 {}
            StagedOutput.discardAll()
            let name = MappedFile.path(at: address).map { FileError.printable($0) } ?? "a file"
            Output.note("\(name): changed or went away while it was read; run the command again when nothing writes to it")
            _exit(65)
        }
        guard isWatched else { return false }
        var action = sigaction()
        action.sa_flags = SA_SIGINFO | SA_RESTART
        action.__sigaction_handler.sa_sigaction = { _, info, _ in
            let error = errno
            MappingFaults.address = info.map { UInt(bitPattern: $0.pointee._sifields._sigfault.si_addr) } ?? 0
            sem_post(&MappingFaults.semaphore)
            // A signal that was sent, where no read failed: the thread goes on until the program ends, because it may hold a lock that the
            // clean-up waits for.
            if let info, info.pointee.si_code <= 0 {
                errno = error
                return
            }
            while true { pause() }
        }
        sigaction(SIGBUS, &action, nil)
        return true
    }
}
