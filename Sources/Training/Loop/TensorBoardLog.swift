import Files
import Foundation
import Media

/// A run's numbers and pictures as TensorBoard shows them: an event file in the run's folder for each time that the run is begun or taken up.
final class TensorBoardLog {
    /// What the names of event files begin with: how TensorBoard knows them.
    static let prefix = "events.out.tfevents."

    private let path: String
    private let descriptor: Int32

    /// Fields of the messages Event, Summary and Summary.Value of TensorFlow's event.proto and summary.proto.
    private enum Field {
        static let wallTime: UInt64 = 1, step: UInt64 = 2, fileVersion: UInt64 = 3, summary: UInt64 = 5, sessionLog: UInt64 = 7
        static let value: UInt64 = 1, tag: UInt64 = 1, number: UInt64 = 2, picture: UInt64 = 4
        static let height: UInt64 = 1, width: UInt64 = 2, channels: UInt64 = 3, encoded: UInt64 = 4
        static let status: UInt64 = 1
    }

    /// - Parameter step: the last step that is done. What older event files say of later ones is dropped by TensorBoard.
    /// - Throws: `FileError` (output).
    init(folder: String, after step: Int) throws {
        let host = ProcessInfo.processInfo.hostName.filter { $0.isLetter || $0.isNumber || "-.".contains($0) }
        let time = Date().timeIntervalSince1970
        let base = "\(Self.prefix)\(Int(time)).\(host).\(getpid())"
        // TensorBoard reads a run's files in the order of their names.
        var number = 0, file = ""
        repeat {
            file = (folder as NSString).appendingPathComponent("\(base).\(number)")
            number += 1
        } while FileManager.default.fileExists(atPath: file)
        path = file
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        var version = EventRecord()
        version.add(Field.wallTime, time)
        version.add(Field.fileVersion, "brain.Event:2")
        try append(version)
        guard step > 0 else { return }
        var start = EventRecord()
        start.add(Field.wallTime, time)
        start.add(Field.step, step + 1)
        var log = EventRecord()
        log.add(Field.status, 1)
        start.add(Field.sessionLog, log)
        try append(start)
    }

    deinit { close(descriptor) }

    /// Adds every number of a line of the metrics, called by its keys: losses/l1.
    ///
    /// - Throws: `FileError` (output).
    func append(_ line: some Encodable, step: Int) throws {
        let values = try JSONSerialization.jsonObject(with: JSONEncoder().encode(line))
        var summary = EventRecord()
        for (tag, number) in Self.numbers(values, "") where tag != "step" {
            var value = EventRecord()
            value.add(Field.tag, tag)
            value.add(Field.number, number)
            summary.add(Field.value, value)
        }
        try append(summary, step: step)
    }

    private static func numbers(_ value: Any, _ path: String) -> [(tag: String, number: Float)] {
        if let values = value as? [String: Any] {
            return values.sorted { $0.key < $1.key }.flatMap { numbers($0.value, path.isEmpty ? $0.key : "\(path)/\($0.key)") }
        }
        return (value as? NSNumber).map { [(path, $0.floatValue)] } ?? []
    }

    /// Adds a picture, as PNG.
    ///
    /// - Throws: `FileError` (output).
    func append(_ picture: Picture, named name: String, step: Int) throws {
        var image = EventRecord()
        image.add(Field.height, picture.height)
        image.add(Field.width, picture.width)
        image.add(Field.channels, 3)
        image.add(Field.encoded, try picture.png(for: path))
        var value = EventRecord()
        value.add(Field.tag, name)
        value.add(Field.picture, image)
        var summary = EventRecord()
        summary.add(Field.value, value)
        try append(summary, step: step)
    }

    private func append(_ summary: EventRecord, step: Int) throws {
        var event = EventRecord()
        event.add(Field.wallTime, Date().timeIntervalSince1970)
        event.add(Field.step, step)
        event.add(Field.summary, summary)
        try append(event)
    }

    private func append(_ event: EventRecord) throws { try StagedOutput.append(event.framed, to: descriptor, for: path) }
}
