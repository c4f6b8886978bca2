import Checkpoints
import Files
import Puppets
import Tensors

/// The landmarks of the faces of a data set and the known parts of their poses: a file that `lia prepare --landmarks` makes.
///
/// It is a safetensors file of `landmarks` (frames, points, 2), x and y, −1 and 1 being the frame's edges, no numbers where no face is
/// found; `triangles` (triangles, 4), numbers of points from 0, clockwise as a face is seen from the front, and 1 for those inside the
/// mouth, else 0; and `parts` (frames, parts), parts of a pose in the units of drawn people, from an origin of each person's own. Its
/// metadata hold `lia_landmarks`, the version of this layout, and `parts`, the parts' names with spaces between them.
package struct FaceLandmarks: Sendable {
    /// The value of `lia_landmarks` that is read.
    static let version = "1"

    struct Triangle {
        let a, b, c: Int
        let isInsideMouth: Bool
    }

    let triangles: [Triangle]
    /// The parts of a pose that are known.
    let parts: [PosePart]
    private let places: [SIMD2<Float>]
    private let pointCount: Int
    private let values: [Float]

    /// - Parameter frameCount: the frames of the data set.
    /// - Throws: `FileError` (input) when the file cannot be read, is none of landmarks, or of another number of frames.
    package init(path: String, frameCount: Int) throws {
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
        let names = (checkpoint.metadata["parts"] ?? "").split(separator: " ")
        parts = try names.map { name in
            guard let part = PuppetPose.parts.first(where: { $0.name == name }) else { throw wrong("'\(name)' is no part of a pose") }
            return part
        }
        let landmarks = try tensor("landmarks", [frameCount, nil, 2])
        let count = landmarks.shape[1]
        pointCount = count
        let numbers = landmarks.values
        places = (0..<frameCount * count).map { SIMD2(numbers[2 * $0], numbers[2 * $0 + 1]) }
        let corners = try tensor("triangles", [nil, 4]).values
        guard corners.allSatisfy({ $0 >= 0 && $0 < Float(count) }) else {
            throw wrong("its triangles name points beyond the \(count) that there are")
        }
        triangles = stride(from: 0, to: corners.count, by: 4).map {
            Triangle(a: Int(corners[$0]), b: Int(corners[$0 + 1]), c: Int(corners[$0 + 2]), isInsideMouth: corners[$0 + 3] > 0)
        }
        values = try tensor("parts", [frameCount, parts.count]).values
    }

    /// The points of a frame; nil where no face was found.
    func points(frame: Int) -> ArraySlice<SIMD2<Float>>? {
        let own = places[frame * pointCount..<(frame + 1) * pointCount]
        return own.allSatisfy { $0.x.isFinite && $0.y.isFinite } ? own : nil
    }

    /// A pose with the parts that are known of a frame, the others at rest; nil where no face was found.
    func pose(frame: Int) -> PuppetPose? {
        var pose = PuppetPose()
        for (index, part) in parts.enumerated() {
            let value = values[frame * parts.count + index]
            guard value.isFinite else { return nil }
            pose[keyPath: part.value] = value
        }
        return pose
    }
}
