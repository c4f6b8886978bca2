import Files
import FlyingFox
import FlyingSocks
import Foundation

/// Serves the page on this machine.
public final class PageServer: Sendable {
    /// The port that is taken when none is named.
    public static let defaultPort: UInt16 = 8421

    private let service: PageService
    private let server: HTTPServer
    private let host: String

    /// Listens at an address; another port is taken where the requested one is not free.
    ///
    /// - Parameters:
    ///   - model: what `--model` names.
    ///   - picture: the path of a picture that pages begin with; none where nil.
    ///   - host: "localhost", or an address of this machine; 0.0.0.0 for all.
    ///   - port: the requested port; 0 for any.
    /// - Throws: `FileError` and `CheckpointMisfit` for a model that cannot be loaded, a picture that cannot be read, or a host that is
    ///   no address of this machine.
    public init(
        model: String, picture: String? = nil, host: String = "localhost", port: UInt16 = defaultPort,
        limits: ExplorerLimits = ExplorerLimits()
    ) throws {
        // Each page keeps connections open.
        var files = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
            files.rlim_cur = min(files.rlim_max, 16384)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        }
        self.host = host
        Scratch.clearLeftovers()
        let loaded = try LoadedModel(model)
        _ = try loaded.names()
        if let picture { _ = try MappedFile(path: picture) }
        service = PageService(model: loaded, startPicture: picture, limits: limits)
        let handler = PageHandler(service, guarding: RequestGuard(host: host))
        let free = try Self.freePort(host, wanted: port)
        // Longer than the longest upload and what follows it, but no longer: every request has a timer, whose memory lasts as long.
        let timeout = limits.uploadSeconds + 10
        server =
            host.contains(":")
            ? HTTPServer(
                config: .init(
                    address: try Self.address6(host, free), timeout: timeout, sharedRequestBufferSize: Upload.smallBody,
                    sharedRequestReplaySize: 0, logger: .disabled), handler: handler)
            : HTTPServer(
                config: .init(
                    address: try Self.address4(host, free), timeout: timeout, sharedRequestBufferSize: Upload.smallBody,
                    sharedRequestReplaySize: 0, logger: .disabled), handler: handler)
    }

    private static func address4(_ host: String, _ port: UInt16) throws -> sockaddr_in {
        do { return try .inet(ip4: host == "localhost" ? "127.0.0.1" : host, port: port) } catch {
            throw FileError(.input, host, "expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them")
        }
    }

    private static func address6(_ host: String, _ port: UInt16) throws -> sockaddr_in6 {
        do { return try .inet6(ip6: host, port: port) } catch {
            throw FileError(.input, host, "expected an address of this machine, such as ::1, or :: for all of them")
        }
    }

    /// The requested port if nothing listens there, else any.
    private static func freePort(_ host: String, wanted: UInt16) throws -> UInt16 {
        func isFree(_ port: UInt16) throws -> Bool {
            func tries(_ address: some SocketAddress) throws -> Bool {
                let socket = try Socket(domain: Int32(type(of: address).family))
                defer { try? socket.close() }
                try socket.setValue(true, for: .localAddressReuse)
                do {
                    try socket.bind(to: address)
                    try socket.listen()
                    return true
                } catch let error as SocketError {
                    if case .failed(_, let number, _) = error, number == EADDRINUSE || number == EACCES { return false }
                    throw FileError(.input, host, "cannot be listened at; expected an address of this machine")
                }
            }
            return host.contains(":") ? try tries(try address6(host, port)) : try tries(try address4(host, port))
        }
        if try wanted != 0 && isFree(wanted) { return wanted }
        guard try isFree(0) else { throw FileError(.output, host, "no port is free to listen at") }
        return 0
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: is told the page's address once it can be opened, and the port.
    /// - Throws: `FileError` (output) when the connection cannot be listened at.
    public func run(ready: @escaping @Sendable (_ address: String, _ port: UInt16) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server, host] in
                do { try await server.run() } catch is CancellationError {} catch {
                    throw FileError(.output, host, "the explorer ended: \(error.localizedDescription)")
                }
            }
            group.addTask { [self] in
                try await server.waitUntilListening()
                let port = await port ?? 0
                ready(address(port), port)
                while !Task.isCancelled {
                    try await Task.sleep(nanoseconds: UInt64(min(15, max(0.05, service.limits.idleSeconds / 4)) * 1e9))
                    service.sessions.endSilent()
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private var port: UInt16? {
        get async {
            switch await server.listeningAddress {
            case .ip4(_, let port), .ip6(_, let port): return port
            default: return nil
            }
        }
    }

    /// What a browser on this machine opens.
    private func address(_ port: UInt16) -> String {
        let name = ["localhost", "0.0.0.0"].contains(host) ? "127.0.0.1" : host == "::" ? "[::1]" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)/"
    }

    /// How many pages are held in memory.
    package var pages: Int { service.sessions.count }
}
