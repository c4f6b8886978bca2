import Files
import Foundation

/// Reads requests from a descriptor: lines, and the bytes that follow some of them.
package final class RequestReader {
    /// What came is no line of text: the client and the program are out of step, and nothing that follows can be understood.
    package struct OutOfStep: Error {
        let problem: String
    }

    private let descriptor: Int32
    private let longestLine: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    /// What of the buffer was read and not yet taken.
    private var filled = 0..<0

    package init(_ descriptor: Int32, longestLine: Int) { (self.descriptor, self.longestLine) = (descriptor, longestLine) }

    /// Reads what there is, at least one byte; false at the end.
    private func fill() throws -> Bool {
        while true {
            let got = read(descriptor, &buffer, buffer.count)
            if got > 0 {
                filled = 0..<got
                return true
            }
            if got == 0 { return false }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&place, 1, -1)
            default: throw FileError.cannotRead("standard input")
            }
        }
    }

    /// The next line, without its end; nil at the end of the input.
    ///
    /// - Throws: `OutOfStep` for what is no line of text, or has no end; `FileError` (input) when it cannot be read.
    package func line() throws -> String? {
        var bytes: [UInt8] = []
        while true {
            if filled.isEmpty, try !fill() {
                guard bytes.isEmpty else { throw OutOfStep(problem: "ended within a line") }
                return nil
            }
            let end = buffer[filled].firstIndex(of: UInt8(ascii: "\n"))
            bytes += buffer[filled.lowerBound..<(end ?? filled.upperBound)]
            filled = (end.map { $0 + 1 } ?? filled.upperBound)..<filled.upperBound
            guard bytes.count <= longestLine else {
                throw OutOfStep(problem: "has a line of more than \(longestLine) bytes; a request announces what follows it by \"bytes\"")
            }
            guard end != nil else { continue }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                throw OutOfStep(problem: "has bytes in the place of a request; a request announces what follows it by \"bytes\"")
            }
            return text
        }
    }

    /// The next bytes.
    ///
    /// - Throws: `OutOfStep` where the input ends before.
    package func bytes(_ count: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        // What is announced may never come.
        result.reserveCapacity(min(count, 64 << 20))
        try pass(count) { result += $0 }
        return result
    }

    /// Passes bytes over.
    package func skip(_ count: Int) throws { try pass(count) { _ in } }

    private func pass(_ count: Int, _ take: (ArraySlice<UInt8>) -> Void) throws {
        var left = count
        while left > 0 {
            if filled.isEmpty, try !fill() { throw OutOfStep(problem: "ended \(left) of \(count) bytes before what a request announced") }
            let part = filled.prefix(left)
            take(buffer[part])
            filled = part.upperBound..<filled.upperBound
            left -= part.count
        }
    }
}
