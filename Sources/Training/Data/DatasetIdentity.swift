import Files

extension Dataset {
    /// The number of clips and frames, and the clips' names and lengths as a number (FNV-1a): it differs between data sets.
    var identity: String {
        let text = clips.map { "\($0.name)\n\($0.first) \($0.count)\n" }.joined()
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(clips.count) clips, \(frameCount) frames, \(String(hash, radix: 16))"
    }

    /// - Throws: `FileError` (input) when the frames are of another size than a network's pictures.
    func checkSize(_ wanted: Int) throws {
        guard size == wanted else {
            throw FileError(
                .input, path,
                "its frames are \(size) px, and the configuration's size is \(wanted); prepare the data again with --size \(wanted)")
        }
    }
}
