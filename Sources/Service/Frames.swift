/// What a client is told of the pictures that follow: 8-bit RGB, rows from top to bottom, one picture after another.
struct Frames: Encodable {
    let count: Int
    /// Of each, in pixels.
    let width, height: Int
    /// In seconds since the first driving frame; nil where nothing drives.
    let times: [Double]?
    let notes: [String]?
    /// Whether the file has no further frames; nil where the client sends them.
    let isLast: Bool?
}
