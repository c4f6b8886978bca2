import Files
import Foundation

/// A socket that connections come in at.
final class ListeningSocket: @unchecked Sendable {
    private let descriptor: Int32
    /// The port that it listens at.
    let port: UInt16

    /// - Parameters:
    ///   - host: "localhost", or an address of this machine; 0.0.0.0 or :: for all.
    ///   - wanted: the requested port; another is taken where something listens there. 0 for any.
    /// - Throws: `FileError` (input) for a host that is no address of this machine; (output) when no port is free.
    init(host: String, port wanted: UInt16) throws {
        var (made, problem) = try Self.listen(host, wanted)
        if made < 0, wanted != 0, problem == EADDRINUSE || problem == EACCES { (made, problem) = try Self.listen(host, 0) }
        guard made >= 0 else {
            guard problem != EADDRINUSE else { throw FileError(.output, host, "no port is free to listen at") }
            throw FileError(.input, host, "cannot be listened at; expected an address of this machine")
        }
        descriptor = made
        var address = sockaddr_storage(), length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(made, $0, &length) }
        }
        // The port stands at the same place for both kinds of addresses.
        port = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
    }

    deinit { close(descriptor) }

    /// - Returns: a connection's descriptor; −1 with `errno`.
    func accept() -> Int32 {
        let accepted = Foundation.accept(descriptor, nil, nil)
        if accepted >= 0 { _ = fcntl(accepted, F_SETFD, FD_CLOEXEC) }
        return accepted
    }

    /// Wakes whoever waits in `accept`.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// - Returns: the socket; −1 with the error's number.
    private static func listen(_ host: String, _ port: UInt16) throws -> (descriptor: Int32, problem: Int32) {
        let isSix = host.contains(":")
        var four = sockaddr_in(), six = sockaddr_in6()
        (four.sin_family, four.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        (six.sin6_family, six.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
        let isAddress =
            isSix
            ? inet_pton(AF_INET6, host, &six.sin6_addr) == 1
            : inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &four.sin_addr) == 1
        guard isAddress else {
            let (one, all) = isSix ? ("::1", "::") : ("127.0.0.1", "0.0.0.0")
            throw FileError(.input, host, "expected an address of this machine, such as \(one), or \(all) for all of them")
        }
        let descriptor = socket(isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return (-1, errno) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        func bound(_ address: UnsafeRawPointer, _ size: Int) -> Int32 {
            bind(descriptor, address.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
        }
        let outcome = isSix ? bound(&six, MemoryLayout<sockaddr_in6>.size) : bound(&four, MemoryLayout<sockaddr_in>.size)
        guard outcome == 0, Foundation.listen(descriptor, 1024) == 0 else {
            let problem = errno
            close(descriptor)
            return (-1, problem)
        }
        return (descriptor, 0)
    }
}
