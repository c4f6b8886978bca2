import Files
import Foundation

/// A folder for a page's files, which nobody but the user may look into, removed when the page is gone and when the program is interrupted. Names in it are the program's own.
final class Scratch: Sendable {
    /// Never put in a place of its own: an output that is not finished is removed in every case.
    private let folder: StagedOutput

    private static let beginning = "lia-explorer-"

    /// Removes what explorers left that were killed.
    static func clearLeftovers() { Leftovers.clear(in: NSTemporaryDirectory()) { $0.hasPrefix(beginning) } }

    /// - Throws: `FileError` (output) when temporary files cannot be written.
    init() throws {
        let name = Self.beginning + SessionStore.randomName()
        folder = try StagedOutput(path: (NSTemporaryDirectory() as NSString).appendingPathComponent(name), folder: true, isPrivate: true)
    }

    /// The path of one of the folder's files.
    func file(_ name: String) -> String { (folder.temporaryPath as NSString).appendingPathComponent(name) }

    func remove(_ name: String) { unlink(file(name)) }
}
