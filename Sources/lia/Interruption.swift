import Dispatch
import Files
import Foundation

/// Ctrl-C and its like: outputs that are not finished are removed before the process ends.
enum Interruption {
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []

    static func cleanUpWhenInterrupted() {
        // A reader that goes away (lia … | head) ends the program quietly, as with other commands.
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
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
