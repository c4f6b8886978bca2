import Checkpoints
import Faces
import Files
import Media
import Tensors

/// Finds the landmarks of the face in every frame of a data set and writes them into a file that `FaceLandmarks` reads.
public struct LandmarkSearch {
    /// What was found.
    public struct Report: Codable, Equatable, Sendable {
        /// The file that was written.
        public let output: String
        /// Frames of the data set, and those of them that show a face.
        public let frames, found: Int
        /// Names of the clips with frames without a face, and how many these are.
        public let missing: [Gap]

        public struct Gap: Codable, Equatable, Sendable {
            public let clip: String
            public let frames: Int
        }
    }

    /// Smaller frames are enlarged to so many pixels, on which the networks tell lids apart.
    private static let side = 256

    private let finder: FaceFinder
    private let dataset: Dataset

    public init(_ dataset: Dataset, finder: FaceFinder) { (self.dataset, self.finder) = (dataset, finder) }

    /// - Parameters:
    ///   - output: path of the file to write.
    ///   - overwrite: whether an existing file may be replaced.
    ///   - progress: told how many frames of how many are done.
    /// - Throws: `FileError`: (input) when no frame shows a face; (output) when the file cannot be written.
    public func run(output: String, overwrite: Bool, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }) throws -> Report {
        try InputProtection([dataset.path]).check([output])
        let marks = Tensor(repeating: .nan, [dataset.frameCount, MeshTopology.count, 3])
        var found = 0, missing: [Report.Gap] = []
        for clip in dataset.clips {
            let tracker = FaceTracker(finder, wanted: 1)
            var absent = 0
            for frame in clip.first..<clip.first + clip.count {
                try progress(frame, dataset.frameCount)
                guard let face = tracker.next(enlarged(frame)).first else {
                    absent += 1
                    continue
                }
                write(face, into: marks, frame: frame)
                found += 1
            }
            if absent > 0 { missing.append(.init(clip: clip.name, frames: absent)) }
        }
        guard found > 0 else { throw FileError(.input, dataset.path, "no face was found in its \(dataset.frameCount) frames") }
        try SafetensorsFile.write(
            [("landmarks", marks), ("triangles", Self.triangles)], as: .float32,
            metadata: ["lia_landmarks": FaceLandmarks.version], to: output, overwrite: overwrite)
        return Report(output: output, frames: dataset.frameCount, found: found, missing: missing)
    }

    private func enlarged(_ frame: Int) -> Picture {
        let picture = dataset.picture(frame)
        return picture.width >= Self.side ? picture : picture.resized(width: Self.side, height: Self.side)
    }

    /// Writes landmarks in halves of the frame, −1 and 1 being its edges; depth in the same unit.
    private func write(_ face: Face, into marks: Tensor, frame: Int) {
        let to = marks.mutablePointer + frame * MeshTopology.count * 3, half = Float(max(dataset.size, Self.side)) / 2
        for (index, point) in face.landmarks.enumerated() {
            to[3 * index] = point.x / half - 1
            to[3 * index + 1] = point.y / half - 1
            to[3 * index + 2] = point.z / half
        }
    }

    private static var triangles: Tensor {
        let mesh = MeshTriangles.face
        let values = mesh.corners.enumerated().flatMap { index, corners in
            [corners.a, corners.b, corners.c, index < mesh.firstInsideMouth ? 0 : 1].map { Float($0) }
        }
        return Tensor(values, [mesh.count, 4])
    }
}
