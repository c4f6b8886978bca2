import Foundation

/// The first line and the headers of a request, in time that is linear in their length, and within limits.
struct RequestHead {
    /// The longest first line, in bytes.
    static let lineLimit = 16 << 10
    /// The most bytes of first line and headers together.
    static let limit = 64 << 10
    /// The most headers.
    static let headerLimit = 100

    let method: Request.Method
    let path: String
    let query: [(name: String, value: String)]
    /// By names in lower case.
    let headers: [String: String]
    /// Of the body, in bytes; nil where it is sent in chunks, which say no length before.
    let bodyLength: Int?
    /// Whether the sender means to send more requests.
    let keepsAlive: Bool
    /// Whether the sender waits for a word before it sends the body.
    let expectsContinue: Bool

    /// Why a head that is still coming is refused; nil while it may go on.
    ///
    /// - Parameters:
    ///   - count: the bytes that have come.
    ///   - lineEnded: whether the first line is among them.
    static func problem(_ count: Int, lineEnded: Bool) -> Problem? {
        if !lineEnded, count > lineLimit { return Problem(.addressTooLong, "the address is too long") }
        return count > limit ? Problem(.headersTooLarge, "the request's headers are too long") : nil
    }

    /// - Parameter bytes: up to the empty line, without it.
    /// - Throws: `Problem`, after which the connection cannot be used.
    init(_ bytes: ArraySlice<UInt8>) throws {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { $0.last == 13 ? $0.dropLast() : $0 }
        guard let first = lines.first, first.count <= Self.lineLimit else { throw Problem(.addressTooLong, "the address is too long") }
        guard bytes.count <= Self.limit else { throw Problem(.headersTooLarge, "the request's headers are too long") }
        lines.removeFirst()
        guard lines.count <= Self.headerLimit else { throw Problem(.headersTooLarge, "the request has too many headers") }
        let words = first.split(separator: 32, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3, words[1].hasPrefix("/"), words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            throw Problem(.badRequest, "the request is not as expected")
        }
        guard let method = Request.Method(rawValue: words[0]) else { throw Problem(.notImplemented, "the request is of an unknown kind") }
        self.method = method
        let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? Self.query(parts[1]) : []
        var headers: [String: String] = [:]
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex, line[..<colon].allSatisfy(Self.isNameByte) else {
                throw Problem(.badRequest, "the request is not as expected")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingCharacters(in: .whitespaces)
            // Two that say where the request ends, or who it is for, are how requests are hidden in others.
            if headers[name] != nil, ["content-length", "host", "transfer-encoding", "origin"].contains(name) {
                throw Problem(.badRequest, "the request is not as expected")
            }
            headers[name] = value
        }
        self.headers = headers
        if headers["transfer-encoding"] != nil {
            guard headers["content-length"] == nil else { throw Problem(.badRequest, "the request is not as expected") }
            bodyLength = nil
        } else if let stated = headers["content-length"] {
            guard !stated.isEmpty, stated.utf8.count < 18, stated.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(stated)
            else {
                throw Problem(.badRequest, "the request is not as expected")
            }
            bodyLength = length
        } else {
            bodyLength = 0
        }
        let connection = headers["connection"]?.lowercased() ?? ""
        keepsAlive = words[2] == "HTTP/1.1" ? !connection.contains("close") : connection.contains("keep-alive")
        expectsContinue = headers["expect"]?.lowercased() == "100-continue"
    }

    /// Letters, digits and the marks that names of headers may have.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func query(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.removingPercentEncoding ?? String($0)
            }
            return (sides[0], sides.count > 1 ? sides[1] : "")
        }
    }
}
