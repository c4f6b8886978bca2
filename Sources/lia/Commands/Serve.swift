import ArgumentParser
import Foundation
import Service

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers the requests of another program, frame by frame, models loaded once.",
        discussion: """
            EXAMPLES
              echo '{"id": 1, "method": "hello", "params": {"schema": 1}}' | lia serve --stdio

            Requests come on standard input: a line of JSON each, and the bytes that it announces. Each is answered on standard output in \
            the same way; docs/serve.md has the methods. An error is an answer, too, and does not end the program; the end of the input \
            does. The Python package in Python/ speaks for you (docs/python.md).
            """)

    @Flag(help: "Requests on standard input, answers on standard output.")
    var stdio = false

    @OptionGroup var computing: ComputingOptions

    @Option(
        help: ArgumentHelp("The folder of the networks that find faces (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        guard stdio else { throw ValidationError("--stdio is missing: it says where requests come from.") }
    }

    func run() throws {
        // Answers have a descriptor of their own: whatever else is said goes to standard error.
        let name = "-.answers", output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        Output.giveWay(to: name)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { throw ExitCode(74) }
        computing.apply()
        let service = AnimationService(version: Program.version, faces: facesModel)
        try PipeSession(service, input: STDIN_FILENO, output: output, outputName: name).run()
    }
}
