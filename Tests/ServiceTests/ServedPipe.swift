import Foundation
import Media
import Service
import TestSupport

/// A session on pipes of its own, spoken to as another program would.
final class ServedPipe: @unchecked Sendable {
    /// An answer: its line, and the bytes that followed.
    struct Answer {
        let line: [String: Any]
        let bytes: [UInt8]

        var result: [String: Any] { line["result"] as? [String: Any] ?? [:] }
        var error: [String: Any]? { line["error"] as? [String: Any] }
        var message: String { error?["message"] as? String ?? "" }
    }

    private let input: Int32
    private let output: Int32
    private let done = DispatchSemaphore(value: 0)
    /// What the session threw, when it has ended.
    private(set) var failure: Error?
    private var number = 0
    private var waiting = Data()

    /// - Parameter greets: whether hello has been said.
    init(limits: ServiceLimits = ServiceLimits(), greets: Bool = true) throws {
        signal(SIGPIPE, SIG_IGN)
        let requests = Pipe(), answers = Pipe()
        input = dup(requests.fileHandleForWriting.fileDescriptor)
        let (reading, writing) = (dup(requests.fileHandleForReading.fileDescriptor), dup(answers.fileHandleForWriting.fileDescriptor))
        output = dup(answers.fileHandleForReading.fileDescriptor)
        let session = PipeSession(
            AnimationService(version: "1.2.3", limits: limits), input: reading, output: writing, outputName: "-.answers")
        Thread.detachNewThread { [self] in
            do { try session.run() } catch { failure = error }
            close(reading)
            close(writing)
            done.signal()
        }
        if greets { _ = try ask("hello", ["schema": 1]) }
    }

    func send(_ data: Data) { _ = data.withUnsafeBytes { write(input, $0.baseAddress!, $0.count) } }

    func send(_ text: String) { send(Data(text.utf8)) }

    /// Sends a request and returns its answer.
    func ask(_ method: String, _ params: [String: Any] = [:], _ payload: [UInt8] = []) throws -> Answer {
        number += 1
        var line: [String: Any] = ["id": number, "method": method, "params": params]
        if !payload.isEmpty { line["bytes"] = payload.count }
        send(try JSONSerialization.data(withJSONObject: line) + Data("\n".utf8) + Data(payload))
        return try answer()
    }

    func ask(_ method: String, _ params: [String: Any], pictures: [Picture]) throws -> Answer {
        try ask(
            method, params.merging(["width": pictures[0].width, "height": pictures[0].height, "count": pictures.count]) { a, _ in a },
            pictures.flatMap(\.pixels))
    }

    /// The next answer; an empty one at the end.
    func answer() throws -> Answer {
        while true {
            if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let line = try JSONSerialization.jsonObject(with: waiting[..<end]) as? [String: Any] ?? [:]
                waiting = Data(waiting[(end + 1)...])
                let count = line["bytes"] as? Int ?? 0
                while waiting.count < count, case let more = more(), !more.isEmpty { waiting += more }
                let bytes = Array(waiting.prefix(count))
                waiting = Data(waiting.dropFirst(count))
                return Answer(line: line, bytes: bytes)
            }
            let more = more()
            if more.isEmpty { return Answer(line: [:], bytes: []) }
            waiting += more
        }
    }

    /// What there is to read, once there is something; nothing at the end.
    private func more() -> Data {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &buffer, buffer.count)
        return Data(buffer.prefix(max(0, count)))
    }

    /// Ends the input, and waits for the session's end.
    func end() {
        close(input)
        done.wait()
    }

    /// Has nobody read the answers any more.
    func stopReading() { close(output) }
}
