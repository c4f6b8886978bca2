import Foundation

/// The line of a request: {"id": 1, "method": "frames", "params": {…}, "bytes": 49152}.
package struct Request: Equatable, Sendable {
    package let id: RequestID
    package let method: String
    package let params: [String: JSONValue]

    /// What a line says that may be no request: as much as there is to answer it, and to find the next line.
    package struct Line {
        /// nil where there is none that could be repeated.
        package let id: RequestID?
        /// How many bytes follow the line.
        package let bytes: Int
        package let request: Result<Request, any Error>
    }

    /// What the program and its clients agree on.
    package static let schema = 1

    private static let keys: Set<String> = ["id", "method", "params", "bytes", "schema"]

    package static func read(_ line: String) -> Line {
        let data = Data(line.utf8), decoder = JSONDecoder()
        let object = try? decoder.decode([String: JSONValue].self, from: data)
        struct ID: Decodable { let id: RequestID }
        let id = object?["id"].flatMap { _ in try? decoder.decode(ID.self, from: data).id }
        var bytes = 0
        if case .number(let value)? = object?["bytes"], let count = Int(exactly: value), count > 0 { bytes = count }
        return Line(id: id, bytes: bytes, request: Result { try request(object, id, bytes) })
    }

    private static func request(_ object: [String: JSONValue]?, _ id: RequestID?, _ bytes: Int) throws -> Request {
        guard let object else {
            throw RequestError(
                "expected a request as one line of JSON, such as {\"id\": 1, \"method\": \"hello\", \"params\": {\"schema\": 1}}")
        }
        guard let id else { throw RequestError("id: expected a whole number, or a text of at most \(RequestID.longest) characters") }
        if let unknown = object.keys.filter({ !keys.contains($0) }).min() {
            throw RequestError("\(unknown): no such key; a request has \(keys.sorted().joined(separator: ", "))")
        }
        if let schema = object["schema"], schema != .number(Double(Request.schema)) {
            throw RequestError("schema: expected \(Request.schema), found \(schema.shown)")
        }
        guard case .string(let method)? = object["method"] else { throw RequestError("method: expected a text") }
        if let found = object["bytes"], found != .number(Double(bytes)) {
            throw RequestError("bytes: expected a whole number from 0, found \(found.shown)")
        }
        switch object["params"] {
        case nil: return Request(id: id, method: method, params: [:])
        case .object(let params)?: return Request(id: id, method: method, params: params)
        case let other?: throw RequestError("params: expected an object, found \(other.shown)")
        }
    }
}
