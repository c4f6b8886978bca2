import Foundation

/// The descriptors 0, 1 and 2, and writing to them in such a way that no failure ends the program.
enum StandardStreams {
    /// Whether nobody had opened standard output when the program started.
    nonisolated(unsafe) private(set) static var outputWasClosed = false

    /// Opens on /dev/null what is closed, so that no file that is opened later takes the number and gets messages into it. A pipe that
    /// nobody reads any more fails the write instead of ending the program.
    static func makeSure() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            if descriptor == STDOUT_FILENO { outputWasClosed = true }
            // The lowest free number is this one, because those below it are open.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    /// Whether some more descriptors can be opened: the system's libraries end a program that gets none.
    static var hasMoreDescriptors: Bool {
        let more = (0..<5).map { _ in fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0) }
        for descriptor in more where descriptor >= 0 { close(descriptor) }
        return !more.contains { $0 < 0 }
    }

    /// Writes a text.
    ///
    /// - Returns: 0, or the number of the error that kept some of it from being written.
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let written = Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                if written > 0 {
                    done += written
                } else if written < 0, errno == EAGAIN {
                    // Another program has made the terminal or pipe one that does not wait.
                    var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    guard poll(&place, 1, 5000) != 0 else { return EAGAIN }
                } else if written == 0 || errno != EINTR {
                    return written == 0 ? EIO : errno
                }
            }
            return 0
        }
    }
}
