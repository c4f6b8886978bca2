import Foundation

/// A folder of temporary files, which nobody but the user may look into, removed with this object and when the program is interrupted. Names
/// in it are the program's own.
package final class Scratch: Sendable {
    /// Never put in a place of its own: an output that is not finished is removed in every case.
    private let folder: StagedOutput

    /// Removes the folders of this beginning that programs left which were killed.
    package static func clearLeftovers(_ beginning: String) { Leftovers.clear(in: NSTemporaryDirectory()) { $0.hasPrefix(beginning) } }

    /// - Parameter beginning: of its name, by which leftovers are known.
    /// - Throws: `FileError` (output) when temporary files cannot be written.
    package init(_ beginning: String) throws {
        let name = beginning + UUID().uuidString
        folder = try StagedOutput(path: (NSTemporaryDirectory() as NSString).appendingPathComponent(name), folder: true, isPrivate: true)
    }

    package var path: String { folder.temporaryPath }

    /// The path of one of the folder's files.
    package func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

    package func remove(_ name: String) { unlink(file(name)) }
}
