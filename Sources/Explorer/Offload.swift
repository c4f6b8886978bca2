import Foundation

/// Work that keeps a thread busy, such as decoding a picture, on a thread that answers no requests.
enum Offload {
    private static let queue = DispatchQueue(label: "lia.explorer.files", qos: .userInitiated)

    /// One at a time, so that many large pictures at once take the memory of one.
    static func run<Value>(_ work: @escaping () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
