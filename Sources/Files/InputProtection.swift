import Foundation

/// What a job reads, which none of its outputs may replace, through whatever links and spellings. Two outputs never share a place.
package struct InputProtection: Sendable {
    private let inputs: [String]
    private let trees: [String]

    /// - Parameters:
    ///   - inputs: files, and folders whose own files are read.
    ///   - trees: folders that are read with all folders in them.
    package init(_ inputs: [String], trees: [String] = []) { (self.inputs, self.trees) = (inputs, trees) }

    /// - Parameter outputs: files, and folders that are replaced whole.
    /// - Throws: `FileError` (output) when one of them is or holds something that is read, or two of them are one.
    package func check(_ outputs: [String]) throws {
        let piped = outputs.filter(PipedOutput.isMeant), outputs = outputs.filter { !PipedOutput.isMeant(by: $0) }
        guard piped.count < 2 else { throw FileError(.output, "standard output", "is named for two outputs; write one of them to a file") }
        try Self.checkPlaces(of: outputs)
        let existing = outputs.compactMap { path in FileIdentity(path).map { (path: path, identity: $0) } }
        // What does not exist yet replaces nothing, and folders may be large.
        guard !existing.isEmpty else { return }
        let read = identities
        for (output, identity) in existing {
            if read[identity] != nil {
                throw FileError(.output, output, "is one of the inputs, which would be lost; choose another name")
            }
            if let input = held(by: output, identity, read) {
                throw FileError(.output, output, "holds one of the inputs (\(input)), which would be lost; choose another name")
            }
        }
    }

    /// - Parameter folder: files are added to it, and what else it holds stays.
    /// - Throws: `FileError` (output) when it is itself something that is read.
    package func check(adding folder: String) throws {
        if let identity = FileIdentity(folder), identities[identity] != nil {
            throw FileError(.output, folder, "is one of the inputs, which would be mixed with what is written; choose another name")
        }
    }

    /// A batch may have thousands of outputs, so that each is looked up among the places of all.
    private static func checkPlaces(of outputs: [String]) throws {
        guard outputs.count > 1 else { return }
        var owners: [PathPlace: Int] = [:]
        for (index, output) in outputs.enumerated() {
            let places = PathPlace.all(of: output)
            guard !places.contains(where: { owners[$0] != nil }) else {
                throw FileError(.output, output, "is named for two outputs, of which one would be lost; choose another name")
            }
            for place in places { owners[place] = index }
        }
        for (index, output) in outputs.enumerated() {
            guard let other = PathPlace.folders(of: output).lazy.compactMap({ owners[$0] }).first(where: { $0 != index }) else { continue }
            throw FileError(
                .output, outputs[max(index, other)],
                "and \(outputs[min(index, other)]) lie one within the other, so that one would be lost; choose another name")
        }
    }

    /// Everything that is read, with the path that was given for it.
    private var identities: [FileIdentity: String] {
        var result: [FileIdentity: String] = [:]
        for (paths, deep) in [(inputs, false), (trees, true)] {
            for path in paths {
                if let own = FileIdentity(path) { result[own] = path }
                for inner in FileIdentity.contents(of: path, deep: deep) where result[inner] == nil { result[inner] = path }
            }
        }
        return result
    }

    /// The path of an input that lies in a folder, itself or where links lead; nil where none does.
    private func held(by folder: String, _ identity: FileIdentity, _ read: [FileIdentity: String]) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else { return nil }
        for input in inputs + trees {
            // The way as it was given: a link in the folder may lead out of it, and would be lost all the same.
            var way = input.hasPrefix("/") ? input : FileManager.default.currentDirectoryPath + "/" + input
            while let end = way.lastIndex(of: "/"), !way.isEmpty {
                way = String(way[..<end])
                if FileIdentity(way.isEmpty ? "/" : way) == identity { return input }
            }
        }
        return FileIdentity.contents(of: folder, deep: true, followsFolders: false).lazy.compactMap { read[$0] }.first
    }
}
