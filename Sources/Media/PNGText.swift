/// Title and comment of a PNG file.
enum PNGText {
    /// The PNG file with text chunks after its header: `tEXt` for ASCII, `iTXt` (UTF-8) for other text.
    static func insert(_ metadata: MediaMetadata, into png: [UInt8]) -> [UInt8] {
        let texts = [("Title", metadata.title), ("Comment", metadata.comment)]
        var chunks: [UInt8] = []
        for case (let keyword, let text?) in texts where !text.isEmpty {
            let bytes = Array(text.utf8)
            if bytes.allSatisfy({ $0 < 128 }) {
                chunks += Chunks.png("tEXt", Array(keyword.utf8) + [0] + bytes)
            } else {
                chunks += Chunks.png("iTXt", Array(keyword.utf8) + [0, 0, 0, 0, 0] + bytes)
            }
        }
        // The signature's 8 bytes and the header chunk's 25 come first.
        return Array(png[..<33]) + chunks + Array(png[33...])
    }
}
