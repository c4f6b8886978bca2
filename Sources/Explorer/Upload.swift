import Files
import FlyingFox
import Foundation

/// A request's body, read at most once and within limits.
final class Upload: @unchecked Sendable {
    private let body: HTTPBodySequence
    private let seconds: Double
    /// Whether nothing of it is left on the connection, so that another request can follow.
    private(set) var isConsumed: Bool

    /// The server reads bodies of up to this many bytes before it hands over a request.
    static let smallBody = 4096

    init(_ request: HTTPRequest, seconds: Double) {
        body = request.bodySequence
        self.seconds = seconds
        isConsumed = body.count.map { $0 <= Self.smallBody } ?? false
    }

    /// - Parameter what: "a picture", for the message.
    /// - Throws: `Problem` when it has more than `limit` bytes, no stated length, or takes too long.
    func data(upTo limit: Int, what: String) async throws -> Data {
        var data = Data()
        try await read(upTo: limit, what: what) { data.append($0) }
        return data
    }

    /// - Returns: how many bytes were written.
    /// - Throws: as `data`, and `FileError` (output) when the file cannot be written.
    func write(to path: String, upTo limit: Int, what: String) async throws -> Int {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        defer { close(descriptor) }
        var count = 0
        // Gathered, because the connection gives small pieces.
        var waiting: [UInt8] = []
        try await read(upTo: limit, what: what) {
            waiting += $0
            count += $0.count
            if waiting.count >= 1 << 20 {
                try StagedOutput.append(waiting, to: descriptor, for: path)
                waiting.removeAll(keepingCapacity: true)
            }
        }
        try StagedOutput.append(waiting, to: descriptor, for: path)
        return count
    }

    private func read(upTo limit: Int, what: String, _ take: @escaping (Data) throws -> Void) async throws {
        guard let count = body.count else { throw Problem(HTTPStatusCode(411, phrase: "Length Required"), "an upload must say its length") }
        guard count <= limit else {
            throw Problem(
                HTTPStatusCode(413, phrase: "Content Too Large"),
                "\(what) may have at most \(Self.megabytes(limit)), and this has \(Self.megabytes(count)); choose a smaller one")
        }
        if isConsumed {
            for try await part in body { try take(part) }
            return
        }
        try await within(seconds) { [body] in
            for try await part in body { try take(part) }
        }
        isConsumed = true
    }

    /// Reads what is left, for a few seconds at most, so that the sender comes to read the answer.
    func discard() async {
        guard !isConsumed, body.count != nil else { return }
        do {
            try await within(5) { [body] in
                for try await _ in body {}
            }
            isConsumed = true
        } catch {}
    }

    /// Not for every request: a timer keeps its memory until its time has come, however early it is cancelled.
    private func within(_ seconds: Double, _ work: @escaping () async throws -> Void) async throws {
        nonisolated(unsafe) let work = work
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(nanoseconds: UInt64(seconds * 1e9))
                throw Problem(HTTPStatusCode(408, phrase: "Request Timeout"), "the upload took too long; try again")
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// "32 MB".
    private static func megabytes(_ count: Int) -> String {
        let value = Double(count) / 1_048_576
        return value < 10 && value != value.rounded() ? String(format: "%.1f MB", value) : String(format: "%.0f MB", value)
    }
}
