import Files
import Foundation

/// Keeps results from replacing what they are made of.
package enum InputProtection {
    /// - Throws: `FileError` (output) when the result would replace one of the inputs, or the folder that one lies in, through
    ///   whatever links.
    package static func check(_ output: String, inputs: [String]) throws {
        for input in inputs where isSame(input, output) {
            throw FileError(.output, output, "is one of the inputs, which would be lost; choose another name")
        }
        for input in inputs where holds(output, input) {
            throw FileError(.output, output, "holds one of the inputs (\(input)), which would be lost; choose another name")
        }
    }

    /// Whether two paths lead to one existing file or folder, through whatever links.
    private static func isSame(_ a: String, _ b: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_ino == second.st_ino && first.st_dev == second.st_dev
    }

    /// Whether a file lies directly in an existing folder, itself or where links lead: a folder of frames is replaced whole.
    private static func holds(_ folder: String, _ file: String) -> Bool {
        let own = URL(fileURLWithPath: file)
        return [own, own.resolvingSymlinksInPath()].contains { isSame($0.deletingLastPathComponent().path, folder) }
    }
}
