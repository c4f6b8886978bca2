import ArgumentParser
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Operators
import Tensors
import Training

/// The command line, `lia`.
@main
package struct Program: ParsableCommand {
    static let version = "0.2.0"

    package init() {}

    package static let configuration = CommandConfiguration(
        commandName: "lia",
        abstract: "Animates a portrait photo with the motion of a video (Latent Image Animator).",
        discussion: """
            EXAMPLES
              lia animate --source portrait.jpg --driving talk.mp4 --output out.mp4
              lia convert vox.pt Models/vox && lia animate --model vox -s me.png \\
                -d talk.mp4 -o me.mp4

            EXIT CODES
              0 done, 64 wrong usage, 65 bad input, 74 could not write, 130 interrupted
            """,
        version: version,
        subcommands: [
            Animate.self, Compare.self, Dub.self, Edit.self, Encode.self, Explore.self, Evaluate.self, Convert.self, Inspect.self,
            Models.self,
            DrawPuppets.self, FindFaces.self, Serve.self,
            ReadSpeech.self, Prepare.self, Train.self, Export.self, Manual.self,
        ])

    /// Runs the command: one line for every error, and the exit code that says whose fault it is.
    package static func main() {
        StandardStreams.makeSure()
        if !StandardStreams.hasMoreDescriptors {
            Output.note("too few files may be open at a time; lift the limit (ulimit -n)")
            _exit(74)
        }
        // The threads that wait for signals and files, and what the libraries' threads take when they begin.
        let least = 96 << 20
        if !Interruption.cleanUpWhenInterrupted() || !MappingFaults.watch() || !MemoryShortage.hasRoom(bytes: least) {
            Output.note("not enough memory: \(Output.bytes(least)) more were refused; lift the limit (ulimit -v)")
            // Libraries that clean up would wait for memory.
            _exit(74)
        }
        MemoryShortage.whenItComes { bytes in
            StagedOutput.discardAll()
            Output.note("not enough memory: \(Output.bytes(bytes)) more were refused; lift the limit (ulimit -v), or use a smaller --size")
            _exit(74)
        }
        let isQuiet = CommandLine.arguments.contains { $0 == "--quiet" || $0 == "-q" }
        if !isQuiet { MediaRemarks.listen { path, remark in Output.note("warning: \(FileError.printable("\(path): \(remark)"))") } }
        // A path of other bytes would become the path of another file.
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[place], String(validatingCString: word) == nil else { continue }
            fail("\(FileError.printable(String(cString: word))): \(FolderListing.problem)", 64)
        }
        if let option = WrongUsage.optionWithEmptyValue(CommandLine.arguments) {
            fail("\(FileError.printable(option)): expected a value, found an empty one; a variable of the shell may not be set", 64)
        }
        let words = CommandLine.arguments.dropFirst()
        if words.first == "help", words.count > 1, let problem = Misspelling.sentence(Array(words.dropFirst())) { fail(problem, 64) }
        if let choice = OperatorPath.unknownChoice { fail("LIA_OPERATORS: expected fast or reference, found \(choice)", 64) }
        if let choice = KernelSet.unknownChoice { fail("LIA_KERNELS: expected amx, avx512, avx2 or plain, found \(choice)", 64) }
        do {
            do {
                try execute()
            } catch  where exitCode(for: error).isSuccess {
                // Help and version are the output of the command.
                Output.line(fullMessage(for: error))
                try Output.finish()
            }
        } catch let error as FileError {
            // As a program ends that the signal is left to.
            if error.isUnread { Foundation.exit(128 + SIGPIPE) }
            fail(error.description, error.isOfTheName ? 64 : error.side == .input && !error.isOfTheMachine ? 65 : 74)
        } catch let error as CheckpointMisfit {
            fail(error.description, 65)
        } catch let error as DirectionError {
            fail(error.description, 64)
        } catch let error as SettingError {
            fail(error.description, 64)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let words = Array(CommandLine.arguments.dropFirst())
            fail(
                Misspelling.sentence(words) ?? WrongUsage.sentence(words, brief: message(for: error), full: fullMessage(for: error)),
                64)
        }
    }

    /// Parses and runs a command.
    ///
    /// - Parameter arguments: without the program's name; the process's own by default.
    /// - Throws: what is wrong with the arguments, and what the command throws.
    package static func execute(_ arguments: [String]? = nil) throws {
        var command = try parseAsRoot(arguments)
        try command.run()
        try Output.finish()
    }

    private static func fail(_ message: String, _ code: Int32) -> Never {
        // When several processes meet one mistake, the first reports it, and its end ends the others; a mistake that the first does not
        // meet is reported some seconds later.
        // One that is woken before is being ended by mpirun, and has nothing to add.
        if OpenMPI.isSilent, sleep(8) > 0 { Foundation.exit(code) }
        Output.note(message)
        if OpenMPI.isLaunched { Foundation.exit(code) }
        // Libraries that clean up may wait for memory without end.
        StagedOutput.discardAll()
        _exit(code)
    }
}
