import FlyingSocks
import Foundation

/// The body of an answer after which the connection is closed: what was sent to a request that is refused must never be read as the
/// next request.
struct FinalBytes: AsyncBufferedSequence {
    typealias Element = UInt8

    /// Ends the connection when the body is sent.
    struct End: Error {}

    let data: Data

    func makeAsyncIterator() -> Iterator { Iterator(data: data) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var data: Data

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            guard !data.isEmpty else {
                // Where bytes were left unread, closing takes back what the client has not read yet.
                try await Task.sleep(nanoseconds: 300_000_000)
                throw End()
            }
            let part = data.prefix(Swift.max(1, count))
            data = data.dropFirst(part.count)
            return Data(part)
        }
    }
}
