import Foundation

/// A data set's file, taken apart without the code that it tests; and put together wrongly on purpose.
struct DataRawFile {
    var header: [String: Any]
    var frames: [UInt8]
    /// The length of the header as stored, padding included.
    let headerLength: Int

    init(_ path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        headerLength = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + headerLength])) as! [String: Any]
        frames = Array(bytes[(8 + headerLength)...])
    }

    var tensor: [String: Any] {
        get { header["frames"] as! [String: Any] }
        set { header["frames"] = newValue }
    }
    var metadata: [String: String] {
        get { header["__metadata__"] as! [String: String] }
        set { header["__metadata__"] = newValue }
    }
    var clips: [[String: Any]] {
        get { try! JSONSerialization.jsonObject(with: Data(metadata["index"]!.utf8)) as! [[String: Any]] }
        set { metadata["index"] = String(decoding: try! JSONSerialization.data(withJSONObject: newValue), as: UTF8.self) }
    }

    func write(_ path: String) throws {
        let text = [UInt8](try JSONSerialization.data(withJSONObject: header))
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        bytes += text
        bytes += frames
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
