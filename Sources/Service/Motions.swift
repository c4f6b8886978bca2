/// What a client is told of the motions that follow: 32-bit floating point, the least byte first, one motion after another; not a number
/// where no face was seen.
struct Motions: Encodable {
    let count: Int
    /// How many values each has.
    let values: Int
    /// In seconds since the first frame.
    let times: [Double]
    let notes: [String]
    /// Whether the file has no further frames; nil where the client sends them.
    let isLast: Bool?
}
