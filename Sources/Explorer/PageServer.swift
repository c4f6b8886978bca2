import Files
import Foundation

/// Serves the page on this machine.
public final class PageServer: Sendable {
    /// The port that is taken when none is named.
    public static let defaultPort: UInt16 = 8421

    private let service: PageService
    private let server: ConnectionServer
    private let host: String
    private let port: UInt16

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
        Scratch.clearLeftovers(Session.scratchBeginning)
        let loaded = try LoadedModel(model)
        _ = try loaded.names()
        if let picture { _ = try MappedFile(path: picture) }
        service = PageService(model: loaded, startPicture: picture, limits: limits)
        let handler = PageHandler(service, guarding: RequestGuard(host: host))
        let listener = try ListeningSocket(host: host, port: port)
        self.port = listener.port
        server = ConnectionServer(listener) { await handler.answer($0) }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: is told the page's address once it can be opened, and the port.
    /// - Throws: `FileError` (output) when the connection cannot be listened at.
    public func run(ready: @escaping @Sendable (_ address: String, _ port: UInt16) -> Void) async throws {
        ready(address, port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in
                try await withTaskCancellationHandler {
                    try await withCheckedThrowingContinuation { continuation in
                        // It waits in the kernel, which no thread of the tasks' pool may do.
                        Thread.detachNewThread { continuation.resume(with: Result { try server.run() }) }
                    }
                } onCancel: {
                    server.stop()
                }
            }
            group.addTask { [service] in
                while !Task.isCancelled {
                    try await Task.sleep(nanoseconds: UInt64(min(15, max(0.05, service.limits.idleSeconds / 4)) * 1e9))
                    service.sessions.endSilent()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// What a browser on this machine opens.
    private var address: String {
        let name = ["localhost", "0.0.0.0"].contains(host) ? "127.0.0.1" : host == "::" ? "[::1]" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)/"
    }

    /// How many pages are held in memory.
    package var pages: Int { service.sessions.count }
}
