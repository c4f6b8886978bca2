import Foundation

/// Requests as they go over the wire, so that a test can send what no browser would.
struct RawHTTP {
    struct Answer {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: Data
        /// What the connection gave after the first answer.
        let rest: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        /// The words for the person at the page.
        var problem: String { json["problem"] as? String ?? "" }
    }

    struct Failure: Error {
        let what: String
    }

    let port: UInt16

    /// One request on a connection of its own.
    ///
    /// - Parameter headers: beside Host, which is this machine's unless given, and the body's length.
    func ask(_ method: String, _ path: String, body: Data = Data(), headers: [String: String] = [:]) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Connection: close"]
        if headers["Host"] == nil { lines.append("Host: 127.0.0.1:\(port)") }
        if headers["Content-Length"] == nil, headers["Transfer-Encoding"] == nil, !body.isEmpty || method != "GET" {
            lines.append("Content-Length: \(body.count)")
        }
        for (name, value) in headers where value != "-" { lines.append("\(name): \(value)") }
        return try exchange(Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    func json(_ method: String, _ path: String, _ value: Any) throws -> Answer {
        try ask(method, path, body: JSONSerialization.data(withJSONObject: value))
    }

    /// Sends bytes, and reads until the connection is closed.
    func exchange(_ bytes: Data) throws -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "no socket") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw Failure(what: "no connection") }
        bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
                // A server that refuses may stop listening.
                guard count > 0 else { break }
                sent += count
            }
        }
        var answer = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 || !answer.isEmpty else {
                throw Failure(what: "\(answer.count) bytes, then \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { break }
            answer.append(contentsOf: chunk[..<count])
        }
        return try Self.parse(answer)
    }

    private static func parse(_ data: Data) throws -> Answer {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw Failure(what: "no answer: \(data.count) bytes") }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw Failure(what: lines[0]) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let rest = Data(data[end.upperBound...])
        let length = headers["content-length"].flatMap { Int($0) } ?? rest.count
        return Answer(status: status, headers: headers, body: Data(rest.prefix(length)), rest: Data(rest.dropFirst(length)))
    }
}
