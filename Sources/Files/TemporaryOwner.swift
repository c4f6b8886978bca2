import Foundation

/// The process that a temporary file or folder belongs to, as the file's name says it: ".NAME.partial-PROCESS-START-RANDOM". The time
/// at which the process began stands there too, because numbers of processes are used again.
struct TemporaryOwner: Equatable {
    let process: Int32
    /// In the system's ticks since it was started; 0 where it is not known.
    let start: UInt64

    static let own = TemporaryOwner(process: getpid(), start: state(of: getpid())?.start ?? 0)

    private static let mark = ".partial-"

    private init(process: Int32, start: UInt64) { (self.process, self.start) = (process, start) }

    /// The owner in the name of a temporary file, and what it is a temporary file of; nil for other names.
    static func read(_ name: String) -> (owner: TemporaryOwner, beginning: Substring)? {
        guard name.hasPrefix("."), let mark = name.range(of: mark, options: .backwards) else { return nil }
        let parts = name[mark.upperBound...].prefix { $0 != "." }.split(separator: "-", omittingEmptySubsequences: false)
        // Versions before 0.2 do not say when the process began.
        guard (2...3).contains(parts.count), let process = Int32(parts[0]), process > 0 else { return nil }
        guard let start = parts.count == 3 ? UInt64(parts[1], radix: 36) : 0 else { return nil }
        guard parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) } }) else { return nil }
        return (TemporaryOwner(process: process, start: start), name[..<mark.lowerBound].dropFirst())
    }

    /// What a name of another temporary file begins with.
    static func beginning(of name: String) -> String {
        var beginning = name
        // A name has at most 255 bytes.
        while beginning.utf8.count > 100 { beginning.unicodeScalars.removeLast() }
        return beginning
    }

    /// A name for a temporary file of this process that no other has.
    ///
    /// - Parameter ending: what the name ends with, such as ".mp4".
    static func newName(for name: String, ending: String) -> String {
        let (start, random) = (String(own.start, radix: 36), String(UInt32.random(in: 0 ... .max), radix: 36))
        return ".\(beginning(of: name))\(mark)\(own.process)-\(start)-\(random)\(ending)"
    }

    /// Whether the process has ended. One that cannot be looked at counts as running.
    var isGone: Bool {
        if kill(process, 0) != 0, errno == ESRCH { return true }
        guard let state = Self.state(of: process) else { return false }
        return state.hasEnded || start > 0 && state.start != start
    }

    /// What the system says of a process; nil where it says nothing.
    private static func state(of process: Int32) -> (hasEnded: Bool, start: UInt64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let name = text.lastIndex(of: ")") else {
            return nil
        }
        // The fields after the program's name: the third of the line is the state, the twenty-second the start.
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
        return (["Z", "X"].contains(fields[0]), start)
    }
}
