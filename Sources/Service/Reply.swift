import Media

/// What a request is answered with: a result, and the bytes that follow it.
struct Reply {
    let result: any Encodable
    var payload: [UInt8] = []

    init(_ result: any Encodable, _ payload: [UInt8] = []) { (self.result, self.payload) = (result, payload) }

    /// Nothing to say but that it is done.
    static let done = Reply([String: Int]())

    /// The numbers, as 32-bit floating point with the least byte first.
    static func bytes(_ values: [Float]) -> [UInt8] {
        values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    }
}
