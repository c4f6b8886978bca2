import Foundation

/// An answer to a request.
struct Response: Sendable {
    var status: Status
    /// Names and values, without length and connection, which the connection adds.
    var headers: [(String, String)]
    var body: Data
    /// Whether only the head is sent, as for HEAD.
    var isHeadOnly = false

    /// The bytes to send.
    ///
    /// - Parameter closes: whether the connection is closed afterwards, which the answer then says.
    func bytes(closes: Bool) -> Data {
        var head = "HTTP/1.1 \(status.rawValue) \(status.name)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if status != .noContent { head += "Content-Length: \(body.count)\r\n" }
        head += "Connection: \(closes ? "close" : "keep-alive")\r\n\r\n"
        var bytes = Data(head.utf8)
        if !isHeadOnly, status != .noContent { bytes += body }
        return bytes
    }
}
