import Foundation

/// Refuses what other sites may send through a visitor's browser: requests under a name that they have pointed at this machine (DNS
/// rebinding), and requests that change something and come from a page that is not ours.
struct RequestGuard: Sendable {
    /// Names beside addresses and "localhost" under which the explorer answers, in lower case.
    let names: Set<String>

    /// - Parameter host: what the user wants it to listen at.
    init(host: String) {
        var names: Set<String> = ["localhost", host.lowercased()]
        var own = [CChar](repeating: 0, count: 256)
        if !Self.isLoopback(host), gethostname(&own, own.count - 1) == 0 {
            let name = String(cString: own).lowercased()
            names.formUnion([name, "\(name).local"])
        }
        self.names = names
    }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// - Throws: `Problem` (403).
    func check(_ request: Request) throws {
        guard let authority = request.headers["host"], let name = Self.name(in: authority) else {
            throw Problem(.forbidden, "the request names no host")
        }
        // A site can point its name here, but cannot make an address its name.
        guard Self.isAddress(name) || names.contains(name) else {
            throw Problem(.forbidden, "the explorer is not served under this name; open the address that it printed")
        }
        let fetchSite = request.headers["sec-fetch-site"] ?? "none"
        if request.method == .get || request.method == .head {
            // Links from elsewhere may lead to the page, but nothing else may be read from there.
            guard ["same-origin", "none"].contains(fetchSite) || request.path == "/" else { throw Self.foreign }
            return
        }
        guard ["same-origin", "none"].contains(fetchSite) else { throw Self.foreign }
        if let origin = request.headers["origin"] {
            guard let mark = origin.range(of: "://"), origin[mark.upperBound...].lowercased() == authority.lowercased() else {
                throw Self.foreign
            }
        }
    }

    private static let foreign = Problem(.forbidden, "the request comes from another site")

    /// The host of "host:port", in lower case; nil when it is none.
    private static func name(in authority: String) -> String? {
        if authority.hasPrefix("[") {
            return authority.firstIndex(of: "]").map { String(authority[authority.index(after: authority.startIndex)..<$0]) }
        }
        let name = authority.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return name.isEmpty ? nil : (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
    }

    private static func isAddress(_ name: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1
    }
}
