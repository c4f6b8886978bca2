import Files
import Foundation

/// A request's body, read at most once and within limits.
final class Upload: @unchecked Sendable {
    private let body: RequestBody
    private let seconds: Double

    init(_ request: Request, seconds: Double) { (body, self.seconds) = (request.body, seconds) }

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

    private func read(upTo limit: Int, what: String, _ take: (Data) throws -> Void) async throws {
        guard let count = body.count else { throw Problem(.lengthRequired, "an upload must say its length") }
        guard count <= limit else {
            throw Problem(
                .contentTooLarge,
                "\(what) may have at most \(Self.megabytes(limit)), and this has \(Self.megabytes(count)); choose a smaller one")
        }
        body.mustCome(within: seconds)
        while true {
            let part = try await body.next()
            guard !part.isEmpty else { return }
            try take(part)
        }
    }

    /// "32 MB"; what is more than a whole number of them is the next one.
    private static func megabytes(_ count: Int) -> String {
        let parts = count < 10 << 20 ? 10.0 : 1
        let value = (Double(count) / 1_048_576 * parts).rounded(.up) / parts
        return value < 10 && value != value.rounded() ? String(format: "%.1f MB", value) : String(format: "%.0f MB", value)
    }
}
