import Checkpoints
import Faces
import Files
import Puppets
import Tensors

/// The landmarks of the faces of a data set: a file that `lia prepare --landmarks` makes.
///
/// It is a safetensors file of `landmarks` (frames, points, 3), x, y and depth, −1 and 1 being the frame's edges, no numbers where no face
/// is found; and `triangles` (triangles, 4), numbers of points from 0, clockwise as a face is seen from the front, and 1 for those inside
/// the mouth, else 0. Its metadata hold `lia_landmarks`, the version of this layout.
package struct FaceLandmarks: Sendable {
    /// The value of `lia_landmarks` that is written and read.
    static let version = "2"

    struct Triangle {
        let a, b, c: Int
        let isInsideMouth: Bool
    }

    let triangles: [Triangle]
    private let places: [SIMD3<Float>]
    private let pointCount: Int
    /// The person of every clip at rest; nil where too little is known.
    private let origins: [FaceOrigin?]
    /// What tells every frame's pose from others; nil where no face was found.
    private let looks: [SIMD8<Float>?]

    /// - Parameter dataset: the data set in whose frames the landmarks were found.
    /// - Throws: `FileError` (input) when the file cannot be read, is none of landmarks, or of another number of frames.
    package init(path: String, dataset: Dataset) throws {
        let checkpoint = try Checkpoint.open(path)
        func wrong(_ problem: String) -> FileError { FileError(.input, path, problem) }
        guard checkpoint.metadata["lia_landmarks"] == Self.version else {
            throw wrong("holds no landmarks of version \(Self.version); make them with 'lia prepare --landmarks'")
        }
        func tensor(_ name: String, _ shape: [Int?]) throws -> Tensor {
            let found = checkpoint.entry(name)?.shape
            guard let found, found.count == shape.count, zip(found, shape).allSatisfy({ $1 == nil || $0 == $1 }) else {
                let expected = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
                throw wrong(
                    "expected \(name) of shape (\(expected)), found \(found.map { "\($0)" } ?? "none"); "
                        + "make it of the data set that it is used with")
            }
            return try checkpoint.tensor(name)
        }
        let landmarks = try tensor("landmarks", [dataset.frameCount, nil, 3])
        let count = landmarks.shape[1], numbers = landmarks.values
        let places = (0..<dataset.frameCount * count).map { SIMD3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]) }
        let corners = try tensor("triangles", [nil, 4]).values
        guard corners.allSatisfy({ $0 >= 0 && $0 < Float(count) }) else {
            throw wrong("its triangles name points beyond the \(count) that there are")
        }
        triangles = stride(from: 0, to: corners.count, by: 4).map {
            Triangle(a: Int(corners[$0]), b: Int(corners[$0 + 1]), c: Int(corners[$0 + 2]), isInsideMouth: corners[$0 + 3] > 0)
        }
        (self.places, pointCount) = (places, count)
        let measures = Parallel.map(dataset.frameCount) { frame -> FaceMeasures? in
            let own = places[frame * count..<(frame + 1) * count]
            return count == MeshTopology.count && Self.isFound(own) ? FaceMeasures(Array(own)) : nil
        }
        looks = measures.map { $0.map(Self.look) }
        origins = dataset.clips.map { FaceOrigin(measures[$0.first..<$0.first + $0.count].compactMap { $0 }) }
    }

    private static func isFound(_ points: ArraySlice<SIMD3<Float>>) -> Bool {
        points.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
    }

    /// The points of a frame; nil where no face was found.
    func points(frame: Int) -> ArraySlice<SIMD3<Float>>? {
        let own = places[frame * pointCount..<(frame + 1) * pointCount]
        return Self.isFound(own) ? own : nil
    }

    /// The points of a frame that are those of the face mesh; nil where no face was found, or the points are others.
    func face(frame: Int) -> [SIMD3<Float>]? { pointCount == MeshTopology.count ? points(frame: frame).map { Array($0) } : nil }

    /// Of some frames the one whose pose differs most from those of others: from the nearest of them.
    func farthest(_ candidates: [Int], from others: [Int]) -> Int {
        func distance(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> Float { ((a - b) * (a - b)).sum() }
        let taken = others.compactMap { looks[$0] }
        func nearest(_ frame: Int) -> Float {
            guard let own = looks[frame] else { return -1 }
            return taken.map { distance(own, $0) }.min() ?? 0
        }
        return candidates.max { nearest($0) < nearest($1) }!
    }

    /// What tells poses apart: lids, brows, lips, breadth and corners of the mouth, turn and nod, each in halves of its usual range.
    private static func look(_ face: FaceMeasures) -> SIMD8<Float> {
        SIMD8(
            (face.leftLids + face.rightLids) / 0.3, face.brows / 0.08, face.lips / 0.2, face.mouthWidth / 0.1, face.mouthCorners / 0.1,
            face.yaw / 0.3, face.pitch / 0.3, 0)
    }

    /// The person of a clip at rest; nil where too little is known.
    func origin(clip: Int) -> FaceOrigin? { origins[clip] }
}
