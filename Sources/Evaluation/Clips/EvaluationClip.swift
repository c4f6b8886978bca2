import Files
import Media
import Puppets

/// Frames of one person, read as often as they are requested.
public struct EvaluationClip: Sendable {
    /// What reports call it.
    public let name: String
    /// Who is seen.
    public let identity: String
    /// As far as is known before it is read.
    public let frameCount: Int?
    private let content: (@Sendable () throws -> String)?
    private let visit: @Sendable (_ limit: Int, _ body: (Int, Picture) throws -> Void) throws -> Void

    /// Frames that can be made or found at once.
    ///
    /// - Parameters:
    ///   - count: how many, at least one.
    ///   - content: their bytes before anything was done to them, as often as they are requested; results of a clip without
    ///     them are not cached.
    ///   - picture: a frame, counted from 0; square, all of one size.
    public init(
        name: String, identity: String, count: Int, content: (@Sendable (_ add: (UnsafeRawBufferPointer) -> Void) -> Void)? = nil,
        picture: @escaping @Sendable (Int) -> Picture
    ) {
        (self.name, self.identity, frameCount) = (name, identity, count)
        if let content {
            self.content = {
                let digest = Digest()
                content { digest.add($0) }
                return digest.finish()
            }
        } else {
            self.content = nil
        }
        visit = { limit, body in for index in 0..<min(limit, count) { try body(index, picture(index)) } }
    }

    /// A video, GIF or folder of pictures.
    ///
    /// - Parameters:
    ///   - size: side of the frames in pixels.
    ///   - fit: how frames become square.
    /// - Throws: `FileError` (input) when it cannot be opened.
    public init(path: String, name: String, identity: String, size: Int, fit: Fit) throws {
        (self.name, self.identity, frameCount) = (name, identity, try FrameReader(path).frameCount)
        content = { try Digest.of(file: path) + " \(fit.rawValue)" }
        visit = { limit, body in
            let reader = try FrameReader(path)
            var index = 0
            while index < limit, let frame = try reader.next() {
                try body(index, frame.picture.fitted(toSquare: size, fit))
                index += 1
            }
        }
    }

    /// A drawn person in motion.
    public init(_ clip: PuppetClip) {
        let puppet = Puppet(seed: clip.identity)
        self.init(name: "person \(clip.identity), motion \(clip.motion)", identity: "\(clip.identity)", count: clip.frames) {
            puppet.draw(clip.pose($0), size: clip.size)
        }
    }

    /// What tells its frames, at a size, from all others; nil where that is not known.
    ///
    /// - Throws: `FileError` (input) when the file cannot be read.
    func digest() throws -> String? { try content?() }

    /// Hands every frame, with its number from 0, to `body`.
    ///
    /// - Parameter limit: at most so many, from the first.
    /// - Throws: `FileError` (input) when a frame cannot be read, and what `body` throws.
    public func forEachFrame(limit: Int, _ body: (Int, Picture) throws -> Void) throws { try visit(limit, body) }

    /// The mean of its frames, rounded to 8 bits, and how many there are; nil of a clip without frames.
    ///
    /// - Parameter limit: at most so many, from the first.
    /// - Throws: `FileError` (input) when a frame cannot be read.
    func meanFrame(limit: Int) throws -> (picture: Picture, count: Int)? {
        var sums: [Int] = [], side = 0, count = 0
        try forEachFrame(limit: limit) { _, picture in
            if sums.isEmpty { (sums, side) = ([Int](repeating: 0, count: picture.pixels.count), picture.width) }
            for index in sums.indices { sums[index] += Int(picture.pixels[index]) }
            count += 1
        }
        guard count > 0 else { return nil }
        return (Picture(width: side, height: side, pixels: sums.map { UInt8((2 * $0 + count) / (2 * count)) }), count)
    }
}
