import FlyingFox
import Foundation

/// Answers to requests.
enum Answer {
    /// What every answer says to browsers: nothing is loaded from elsewhere, no other site may frame or read it, and nothing is cached.
    private static let safety: [(String, String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]

    static func bytes(
        _ data: Data, type: String, status: HTTPStatusCode = .ok, headers more: [(String, String)] = []
    ) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers[.contentType] = type
        for (name, value) in safety + more { headers[HTTPHeader(name)] = value }
        return HTTPResponse(statusCode: status, headers: headers, body: HTTPBodySequence(data: data, suggestedBufferSize: max(1, data.count)))
    }

    static func json(_ value: some Encodable, status: HTTPStatusCode = .ok) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // What the program encodes is finite.
        let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
        return bytes(data, type: "application/json", status: status)
    }

    static func problem(_ problem: Problem) -> HTTPResponse { json(["problem": problem.message], status: problem.status) }

    /// Nothing to say but that it is done.
    static var done: HTTPResponse { bytes(Data(), type: "text/plain", status: .noContent) }

    /// A file to save.
    static func file(_ data: Data, _ file: SavedFile) -> HTTPResponse {
        let plain = String(file.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
        let full = file.name.addingPercentEncoding(withAllowedCharacters: allowed) ?? plain
        return bytes(
            data, type: file.type,
            headers: [("Content-Disposition", "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(full)")])
    }

    /// The answer with the connection closed after it.
    static func closing(_ response: HTTPResponse) async -> HTTPResponse {
        let data = (try? await response.bodyData) ?? Data()
        var headers = response.headers
        headers[.connection] = "close"
        // An empty body would never come to its end.
        let body = data.isEmpty ? Data("\n".utf8) : data
        return HTTPResponse(
            statusCode: response.statusCode, headers: headers,
            body: HTTPBodySequence(from: FinalBytes(data: body), count: body.count, suggestedBufferSize: body.count))
    }
}
