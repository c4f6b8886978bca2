import ArgumentParser
import Tensors

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to compute with (default: all cores).", valueName: "count"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads wants a number from 1 to 256, not \(threads).")
        }
    }

    func apply() {
        if let threads { Parallel.threads = threads }
    }
}
