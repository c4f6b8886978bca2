import Animation

/// What a client is told of a driving side.
struct OpenedDriving: Encodable {
    let driving: Int
    /// Frames in all, as far as the container says; nil for pictures that the client sends.
    let frames: Int?
    /// Frames a second.
    let frameRate: Double
    let notes: [String]

    init(_ number: Int, _ stream: DrivingStream) {
        (driving, frames, frameRate, notes) = (number, stream.total, stream.frameRate, stream.notes)
    }
}
