import Foundation
import TestSupport

/// `lia explore --serve` as users run it, ended when the object goes.
final class ServedExplorer {
    let folder: TemporaryFolder
    /// Where it puts its temporary files.
    private let temporary: String
    /// What it printed.
    let line: String
    let http: RawHTTP
    private let process = Process()

    /// - Parameters:
    ///   - model: the small reference network, a single file, unless given.
    ///   - models: a folder of models with names.
    ///   - launcher: a program and arguments that come before it, such as a shell that limits something.
    ///   - temporary: the folder of temporary files; one of its own by default.
    init(
        _ options: [String] = ["--port", "0"], model: String = Fixture.path("reference/lia-tiny.pt"), models: String? = nil,
        temporary: String? = nil, launcher: [String] = []
    ) throws {
        folder = try TemporaryFolder()
        self.temporary = temporary ?? folder.file("temporary")
        try FileManager.default.createDirectory(atPath: self.temporary, withIntermediateDirectories: true)
        let command = launcher + [CommandRun.program, "explore", "--serve", "--model", model] + options
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["TMPDIR": self.temporary, "LIA_MODELS": models ?? "", "HOME": folder.path]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        var text = Data()
        while !text.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += more
        }
        line = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
        let words = line.components(separatedBy: CharacterSet(charactersIn: ":/ ;"))
        http = RawHTTP(port: words.compactMap { UInt16($0) }.first ?? 0)
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Whether it has not ended.
    var isRunning: Bool { process.isRunning }

    /// What lies in its temporary folder.
    var leftovers: [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] }

    /// Resident memory, in bytes.
    var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Ends it as a lack of memory does: it cannot do anything any more.
    func killAtOnce() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends it as Ctrl-C does.
    ///
    /// - Returns: its exit code.
    func interrupt() -> Int32 {
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A page's session, with a portrait unless nil is given.
    func begin(portrait: Data?) throws -> String {
        let begun = try http.json("POST", "/api/sessions", [String: String]())
        guard begun.status == 201, let session = begun.json["session"] as? String else { throw RawHTTP.Failure(what: begun.text) }
        if let portrait {
            let taken = try http.ask("POST", "/api/sessions/\(session)/portrait?name=portrait.png", body: portrait)
            guard taken.status == 200 else { throw RawHTTP.Failure(what: taken.text) }
        }
        return session
    }

    /// A wish for a frame: α of the directions, 20 of the small network, and what else to ask for.
    static func wish(_ edit: [Int: Float] = [:], _ more: [String: Any] = [:], muted: [Int] = [], strength: Float = 1) -> [String: Any] {
        let amounts = (1...directions).map { Double(edit[$0] ?? 0) }
        let wish: [String: Any] = [
            "settings": ["edit": amounts, "strength": 1, "motion_strength": Double(strength), "muted": muted], "view": "image", "level": 3,
            "modes": [String](),
        ]
        return wish.merging(more) { $1 }
    }

    /// The small network's directions.
    static let directions = 20
    /// The side of its pictures, in pixels.
    static let size = 64
}
