/// Metadata as XMP (ISO 16684-1), which picture files without text fields of their own can hold.
enum XMPPacket {
    /// - Returns: nil where there is nothing to say.
    static func text(_ metadata: MediaMetadata) -> String? {
        let fields = [("title", metadata.title), ("description", metadata.comment)].compactMap { name, text in
            text.map { "<dc:\(name)><rdf:Alt><rdf:li xml:lang=\"x-default\">\(escaped($0))</rdf:li></rdf:Alt></dc:\(name)>" }
        }
        guard !fields.isEmpty else { return nil }
        return """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            \(fields.joined(separator: "\n"))
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """
    }

    /// Text as XML has it, without the characters that XML cannot hold.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            default: if scalar.value >= 0x20, scalar.value != 0xfffe, scalar.value != 0xffff { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
