import Faces
import Media

/// The faces of a picture, or of each frame of a video, as programs are told them.
public struct FaceReport: Encodable, Sendable {
    /// A frame's faces: a picture's largest first, a video's in the order in which they were first found.
    public struct Frame: Sendable {
        /// Seconds since the first frame.
        public let time: Double
        public let faces: [Face]
    }

    /// Of the upright picture, in pixels.
    public let width, height: Int
    public let isStill: Bool
    /// One for a picture.
    public let frames: [Frame]
    /// What was wrong, although faces were looked for; one line each.
    public var warnings: [String] = []

    /// The faces of one picture, the largest first.
    public init(_ picture: Picture, _ faces: [Face]) {
        (width, height, isStill, frames) = (picture.width, picture.height, true, [Frame(time: 0, faces: faces)])
    }

    init(width: Int, height: Int, isStill: Bool, frames: [Frame]) {
        (self.width, self.height, self.isStill, self.frames) = (width, height, isStill, frames)
    }

    /// Frames in which there is a face.
    public var framesWithFaces: Int { frames.count { !$0.faces.isEmpty } }

    private enum Key: String, CodingKey {
        case width, height, faces, frames, time, x, y, score, presence, angle, landmarks, keypoints
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(width, forKey: .width)
        try values.encode(height, forKey: .height)
        guard !isStill else {
            var list = values.nestedUnkeyedContainer(forKey: .faces)
            for face in frames.first?.faces ?? [] { try Self.encode(face, to: list.nestedContainer(keyedBy: Key.self)) }
            return
        }
        var list = values.nestedUnkeyedContainer(forKey: .frames)
        for frame in frames {
            var values = list.nestedContainer(keyedBy: Key.self)
            try values.encode(Self.rounded(frame.time), forKey: .time)
            var faces = values.nestedUnkeyedContainer(forKey: .faces)
            for face in frame.faces { try Self.encode(face, to: faces.nestedContainer(keyedBy: Key.self)) }
        }
    }

    private static func encode(_ face: Face, to container: KeyedEncodingContainer<Key>) throws {
        var values = container
        let box = face.box
        try values.encode(rounded(Double(box.left)), forKey: .x)
        try values.encode(rounded(Double(box.top)), forKey: .y)
        try values.encode(rounded(Double(box.width)), forKey: .width)
        try values.encode(rounded(Double(box.height)), forKey: .height)
        try values.encode(rounded(Double(face.score)), forKey: .score)
        try values.encode(rounded(Double(face.presence)), forKey: .presence)
        try values.encode(rounded(Double(face.angle) * 180 / .pi), forKey: .angle)
        try values.encode(face.landmarks.map { [$0.x, $0.y, $0.z].map { rounded(Double($0)) } }, forKey: .landmarks)
        var points = values.nestedContainer(keyedBy: Name.self, forKey: .keypoints)
        for (name, place) in face.keypoints {
            try points.encode([rounded(Double(place.x)), rounded(Double(place.y))], forKey: Name(stringValue: name))
        }
    }

    /// Three decimals.
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
