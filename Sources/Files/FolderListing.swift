import Foundation

/// The names in a folder, hidden ones left out.
package struct FolderListing {
    /// Names that are text.
    package private(set) var names: [String] = []
    /// Names whose bytes are no UTF-8, with a sign in place of the wrong bytes: no path of text leads to these.
    package private(set) var others: [String] = []

    /// What is said of the other names.
    package static let problem = "its name is not UTF-8; rename it"

    /// - Throws: `FileError` (input) when the folder cannot be read.
    package init(_ folder: String) throws {
        guard let listing = opendir(folder) else {
            if errno == EACCES || errno == EPERM {
                throw FileError(.input, folder, "the folder is not readable; check its permissions")
            }
            throw FileError.cannotRead(folder)
        }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let bytes = (UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!).assumingMemoryBound(to: CChar.self)
            if bytes[0] == CChar(UInt8(ascii: ".")) { continue }
            if let name = String(validatingCString: bytes) { names.append(name) } else { others.append(String(cString: bytes)) }
        }
    }
}
