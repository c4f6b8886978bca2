import Foundation

/// The program run as a user runs it.
public struct CommandRun: Sendable {
    public let exitCode: Int32
    public let output: String
    public let errors: String
    /// Whether it ended on a signal, as a crash does.
    public let wasKilled: Bool

    /// Where the build puts the program: beside the test runner.
    public static var program: String {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("lia").path
    }

    /// Runs `lia` with arguments and waits for it.
    ///
    /// - Parameters:
    ///   - environment: added to the test's own.
    ///   - folder: the working folder.
    ///   - launcher: a program and arguments that come before it, such as a shell that limits something.
    ///   - interruptWhen: sends `signal` once this is true, asked every few milliseconds.
    public static func lia(
        _ arguments: [String], environment: [String: String] = [:], folder: String? = nil, launcher: [String] = [],
        signal: Int32 = SIGINT, interruptWhen: (() -> Bool)? = nil
    ) throws -> CommandRun {
        let process = Process()
        let words = launcher + [program] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // Files instead of pipes: nothing can block on a full one.
        let files = try TemporaryFolder()
        for name in ["output", "errors"] { _ = FileManager.default.createFile(atPath: files.file(name), contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files.file("output")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files.file("errors")))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = Date().addingTimeInterval(300)
        var interrupted = false
        while process.isRunning {
            if Date() > deadline { process.terminate() }
            if !interrupted, let interruptWhen, interruptWhen() {
                interrupted = true
                kill(process.processIdentifier, signal)
            }
            usleep(2000)
        }
        return CommandRun(
            exitCode: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: files.file("output"))), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: files.file("errors"))), as: UTF8.self),
            wasKilled: process.terminationReason == .uncaughtSignal)
    }
}
