import Foundation

/// A request whose head has been read; its body comes when it is asked for.
struct Request: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    let method: Method
    /// As it was sent, up to the question mark.
    let path: String
    let query: [(name: String, value: String)]
    /// By names in lower case.
    let headers: [String: String]
    let body: RequestBody
}
