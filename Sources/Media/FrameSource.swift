/// What a `FrameReader` reads from: a container's video or a folder of pictures.
protocol FrameSource: AnyObject {
    var width: Int { get }
    var height: Int { get }
    var frameRate: Rational { get }
    var timeBase: Rational { get }
    var frameCount: Int? { get }
    var isStill: Bool { get }
    var warning: String? { get }
    func next() throws -> VideoFrame?
    /// Passes over the next frame; false at the end.
    func skip() throws -> Bool
}

extension FrameSource {
    func skip() throws -> Bool { try next() != nil }
}
