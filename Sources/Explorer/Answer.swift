import Foundation

/// Answers to requests.
enum Answer {
    /// What every answer says to browsers: nothing is loaded from elsewhere, no other site may frame or read it, and nothing is cached.
    private static let safety: [(String, String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src blob:; connect-src 'self'; "
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
        _ data: Data, type: String, status: Status = .ok, headers more: [(String, String)] = []
    ) -> Response {
        Response(status: status, headers: [("Content-Type", type)] + safety + more, body: data)
    }

    static func json(_ value: some Encodable, status: Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // What the program encodes is finite.
        let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
        return bytes(data, type: "application/json", status: status)
    }

    static func problem(_ problem: Problem) -> Response { json(["problem": problem.message], status: problem.status) }

    /// Nothing to say but that it is done.
    static var done: Response { bytes(Data(), type: "text/plain", status: .noContent) }

    /// A file to save.
    static func file(_ data: Data, _ file: SavedFile) -> Response {
        let plain = String(file.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
        let full = file.name.addingPercentEncoding(withAllowedCharacters: allowed) ?? plain
        return bytes(
            data, type: file.type,
            headers: [("Content-Disposition", "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(full)")])
    }
}
