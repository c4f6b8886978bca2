import Foundation

/// A folder of its own for a test, removed with everything in it when the object goes.
public final class TemporaryFolder {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "lia-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` in this folder.
    public func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

    /// The object in the JSON file of that name.
    public func json(_ name: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file(name))))
        guard let object = object as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
        return object
    }

    /// The names in this folder, hidden ones included, sorted.
    public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
