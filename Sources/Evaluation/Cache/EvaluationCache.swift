import Files
import Foundation

/// What evaluations have found before, a file for each clip and model in a folder that may be emptied at any time.
///
/// A file is named after everything that its content depends on, and begins with its content's digest: one that is damaged counts
/// as absent, and is written anew. Files appear whole or not at all.
public final class EvaluationCache: @unchecked Sendable {
    /// Raised with every change of the measures, of how drawn people look, or of what is cached.
    static let version = 4

    /// `$XDG_CACHE_HOME/lia/evaluation`, or the same in `~/.cache`.
    public static var standardFolder: String {
        (UserEnvironment.folder("XDG_CACHE_HOME", orHome: ".cache") as NSString).appendingPathComponent("lia/evaluation")
    }

    private let folder: String
    private let protection: InputProtection
    private let lock = NSLock()
    private var firstProblem: String?

    /// - Parameters:
    ///   - folder: is made where it is absent.
    ///   - inputs: files and folders that the evaluation reads, which no result may replace.
    /// - Throws: `FileError` (output) when it cannot be made, or is one of the inputs.
    public init(folder: String, inputs: [String] = []) throws {
        (self.folder, protection) = (folder, InputProtection([], trees: inputs))
        try protection.check(adding: folder)
        Leftovers.clear(in: folder)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(.output, folder, "cannot be made to keep results in; name another with --cache, or pass --no-cache")
        }
    }

    /// Why something could not be cached; nil when all was.
    var problem: String? { lock.withLock { firstProblem } }

    private func path(_ key: [String: String]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Text always encodes.
        let text = try! encoder.encode(key.merging(["version": "\(Self.version)"]) { $1 })
        return (folder as NSString).appendingPathComponent(Digest.of([UInt8](text)))
    }

    /// The cached value; nil where there is none, or it is damaged.
    func value<Value: Decodable>(_ key: [String: String]) -> Value? {
        guard let file = try? MappedFile(path: path(key)), file.bytes.count > 64 else { return nil }
        let bytes = withExtendedLifetime(file) { [UInt8](file.bytes) }
        guard Digest.of(Array(bytes[64...])) == String(decoding: bytes[..<64], as: UTF8.self) else { return nil }
        return try? PropertyListDecoder().decode(Value.self, from: Data(bytes[64...]))
    }

    /// Keeps a value. An evaluation does not fail because there is no place left for it.
    func keep(_ value: some Encodable, _ key: [String: String]) {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        do {
            let bytes = [UInt8](try encoder.encode(value))
            let path = path(key)
            try protection.check([path])
            try StagedOutput.write(Array(Digest.of(bytes).utf8) + bytes, to: path, overwrite: true)
        } catch {
            lock.withLock { firstProblem = firstProblem ?? "\(error)" }
        }
    }
}
