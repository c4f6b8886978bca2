import CFFmpeg
import Files
import Tensors

/// SHA-256, by FFmpeg's library of the like, which the program has anyway.
final class Digest {
    private let state: OpaquePointer

    init() {
        state = av_sha_alloc()!
        precondition(av_sha_init(state, 256) == 0, "SHA-256 is known")
    }

    deinit { av_free(UnsafeMutableRawPointer(state)) }

    func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        // Of another type in older versions of the library.
        av_sha_update(state, start.assumingMemoryBound(to: UInt8.self), numericCast(bytes.count))
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

    /// A file's: that of the digests of its pieces, which are made at the same time.
    ///
    /// - Throws: `FileError` (input) when it cannot be read.
    static func of(file path: String) throws -> String {
        let file = try MappedFile(path: path), piece = 1 << 22
        defer { withExtendedLifetime(file) {} }
        let pieces = Parallel.map((file.bytes.count + piece - 1) / piece) { index in
            let digest = Digest()
            digest.add(UnsafeRawBufferPointer(rebasing: file.bytes[index * piece..<min(file.bytes.count, (index + 1) * piece)]))
            return digest.finish()
        }
        return of(Array(pieces.joined().utf8))
    }
}
