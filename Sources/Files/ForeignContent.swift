/// What a file really is whose content is not what its name promises, told by its first bytes.
package enum ForeignContent {
    /// - Parameter beginning: the file's first bytes; some hundred are enough.
    /// - Returns: what it is and what to do, to follow the file's name; nil for what is not known here.
    package static func problem(_ beginning: some Sequence<UInt8>) -> String? {
        let bytes = Array(beginning.prefix(512))
        if bytes.starts(with: "version https://git-lfs".utf8) {
            return "is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'"
        }
        // An ONNX graph begins with the version of its format and the producer's name.
        if bytes.count > 4, bytes[0] == 8, bytes[1] < 16, bytes[2] == 0x12, bytes[3] < 32,
            bytes[4..<min(bytes.count, 4 + Int(bytes[3]))].allSatisfy({ (0x20..<0x7f).contains($0) })
        {
            return "is an ONNX graph, from which no weights are read; name the checkpoint that the graph was made from (.pth, .safetensors)"
        }
        var text = bytes[...]
        if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
        text = text.drop { $0 <= 32 }
        // Letters in lower case.
        let words = text.map { (65...90).contains($0) ? $0 + 32 : $0 }
        let isPage =
            ["<!doctype html", "<html", "<head", "<body"].contains { words.starts(with: $0.utf8) }
            || ["<?xml", "<!--"].contains { words.starts(with: $0.utf8) } && String(decoding: words, as: UTF8.self).contains("<html")
        return isPage ? "is a web page (HTML) that was saved under this name; download the file itself" : nil
    }

    /// Whether a path is an address of the web or the like, which nothing here opens.
    package static func isAddress(_ path: String) -> Bool {
        guard let end = path.range(of: "://")?.lowerBound ?? path.range(of: ":/")?.lowerBound else { return false }
        let scheme = path[..<end].utf8
        // Two letters at least: a single one is a drive.
        return scheme.count > 1 && scheme.allSatisfy { (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) }
    }
}
