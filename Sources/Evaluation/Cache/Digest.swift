import CFFmpeg
import Files

/// SHA-256, by FFmpeg's library of the like, which the program has anyway.
final class Digest {
    private let state: OpaquePointer

    init() {
        state = av_sha_alloc()!
        precondition(av_sha_init(state, 256) == 0, "SHA-256 is known")
    }

    deinit { av_free(UnsafeMutableRawPointer(state)) }

    func add(_ bytes: UnsafeRawBufferPointer) {
        // Lengths have fewer bits in older versions of the library.
        for start in stride(from: 0, to: bytes.count, by: 1 << 24) {
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + 1 << 24)])
            av_sha_update(state, part.baseAddress!.assumingMemoryBound(to: UInt8.self), numericCast(part.count))
        }
    }

    /// 64 hexadecimal digits; nothing can be added any more.
    func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        av_sha_final(state, &bytes)
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func of(_ bytes: [UInt8]) -> String {
        let digest = Digest()
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }

    /// - Throws: `FileError` (input) when it cannot be read.
    static func of(file path: String) throws -> String {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        let digest = Digest()
        digest.add(file.bytes)
        return digest.finish()
    }
}
