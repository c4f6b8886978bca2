import Dispatch
import Files
import Foundation

/// Ctrl-C and its like: outputs that are not finished are removed before the process ends with 128 + the signal's number.
enum Interruption {
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []

    static func cleanUpWhenInterrupted() {
        // A limit on file sizes then fails the write, as a full disk does, instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number, SIG_IGN)
            // Under nohup the program outlives its terminal.
            if number == SIGHUP, unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                StagedOutput.discardAll()
                _exit(128 + number)
            }
            source.resume()
            sources.append(source)
        }
    }
}
