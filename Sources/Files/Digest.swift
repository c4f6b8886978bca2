import COpenSSL
import Dispatch

/// SHA-256, computed by OpenSSL.
package final class Digest {
    private let state: OpaquePointer

    package init() {
        state = EVP_MD_CTX_new()
        precondition(EVP_DigestInit_ex(state, EVP_sha256(), nil) == 1, "OpenSSL knows SHA-256")
    }

    deinit { EVP_MD_CTX_free(state) }

    package func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        EVP_DigestUpdate(state, start, bytes.count)
    }

    /// 64 hexadecimal digits. Nothing can be added afterwards.
    package func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(state, &bytes, nil)
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    package static func of(_ bytes: [UInt8]) -> String {
        let digest = Digest()
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }

    /// The digest of a file: that of the digests of its pieces of 4 MiB, which are computed at the same time.
    ///
    /// - Throws: `FileError` (input) when it cannot be read.
    package static func of(file path: String) throws -> String {
        let file = try MappedFile(path: path), piece = 1 << 22
        defer { withExtendedLifetime(file) {} }
        var pieces = [String](repeating: "", count: (file.bytes.count + piece - 1) / piece)
        pieces.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: buffer.count) { index in
                let digest = Digest()
                digest.add(UnsafeRawBufferPointer(rebasing: file.bytes[index * piece..<min(file.bytes.count, (index + 1) * piece)]))
                buffer[index] = digest.finish()
            }
        }
        return of(Array(pieces.joined().utf8))
    }
}
