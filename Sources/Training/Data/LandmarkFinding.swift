import Checkpoints
import Faces
import Files
import Foundation
import Media
import Tensors

/// Finds the faces of a prepared data set and writes their landmarks as `FaceLandmarks` reads them, for the setting `data.landmarks`.
public struct LandmarkFinding: Sendable {
    /// Mouths that are open wider than those of so many frames leave room for triangles between the lips.
    private static let openMouths = 0.9

    /// Path of the data set.
    public var data: String
    /// Path of the file to write.
    public var output: String
    public var overwrite = false

    public init(data: String, output: String) { (self.data, self.output) = (data, output) }

    /// What was found.
    public struct Report: Codable, Equatable, Sendable {
        public let output: String
        public let frames: Int
        public internal(set) var framesWithoutFace = 0
        /// Names of the clips that have such frames, with their number and the clip's frames.
        public internal(set) var incomplete: [Incomplete] = []
        public internal(set) var triangles = 0

        public struct Incomplete: Codable, Equatable, Sendable {
            public let clip: String
            public let missing, frames: Int
        }

        enum CodingKeys: String, CodingKey {
            case output, frames, incomplete, triangles
            case framesWithoutFace = "frames_without_face"
        }
    }

    /// - Parameter progress: is told how many frames are done, of how many.
    /// - Throws: `FileError`: (input) when the data set cannot be read or shows no face; (output) when the file cannot be written.
    public func run(on finder: FaceFinder, progress: (Int, Int) -> Void = { _, _ in }) throws -> Report {
        try InputProtection([data]).check([output])
        let dataset = try Dataset(path: data)
        try StagedOutput.refuseExisting(output, overwrite: overwrite)
        var report = Report(output: output, frames: dataset.frameCount)
        var points: [[SIMD3<Float>]?] = []
        for clip in dataset.clips {
            let found = faces(of: clip, in: dataset, finder)
            points += found
            let missing = found.filter { $0 == nil }.count
            if missing > 0 { report.incomplete.append(.init(clip: clip.name, missing: missing, frames: clip.count)) }
            report.framesWithoutFace += missing
            progress(points.count, dataset.frameCount)
        }
        let seen = points.compactMap { $0 }
        guard !seen.isEmpty else { throw FileError(.input, data, "no face was found in it") }
        let triangles = Self.triangles(seen.map { $0.prefix(MeshTopology.meshCount).map { SIMD2($0.x, $0.y) } })
        report.triangles = triangles.count
        try write(points, triangles)
        return report
    }

    /// The landmarks of the largest face of each frame, −1 and 1 being the frame's edges; nil where none is found.
    private func faces(of clip: Dataset.Clip, in dataset: Dataset, _ finder: FaceFinder) -> [[SIMD3<Float>]?] {
        var last: Face?
        return clip.frames.map { index in
            let picture = dataset.picture(index)
            last = last.flatMap { finder.follow($0, in: picture) } ?? finder.faces(in: picture).first
            return last?.inHalves(ofPicture: dataset.size)
        }
    }

    /// The Delaunay triangles of the mean face, clockwise, without those inside an eye, whose ball the lids pass over, and with 1 for
    /// those inside the mouth, which fold into the line of closed lips.
    package static func triangles(_ faces: [[SIMD2<Float>]]) -> [[Int]] {
        let lips = faces.map { FaceDistances($0).lips }
        let gaps = faces.map { distance($0, MeshTopology.innerLips.upper, MeshTopology.innerLips.lower) }
        let least = quantile(gaps, openMouths)
        var mean = [SIMD2<Double>](repeating: .zero, count: MeshTopology.meshCount), count = 0.0
        for index in faces.indices where gaps[index] >= least && lips[index].isFinite {
            let face = faces[index], middle = face.reduce(.zero, +) / Float(face.count)
            let corners = distance(face, MeshTopology.leftEyeCorners.outer, MeshTopology.rightEyeCorners.outer)
            for point in mean.indices { mean[point] += SIMD2<Double>((face[point] - middle) / corners) }
            count += 1
        }
        let eyes = [Set(MeshTopology.leftEyeLine), Set(MeshTopology.rightEyeLine)], mouth = Set(MeshTopology.innerLipLine)
        return Delaunay.triangles(mean.map { $0 / count }).filter { corners in !eyes.contains { $0.isSuperset(of: corners) } }
            .map { $0 + [mouth.isSuperset(of: $0) ? 1 : 0] }
    }

    private static func distance(_ points: [SIMD2<Float>], _ a: Int, _ b: Int) -> Float {
        let line = points[a] - points[b]
        return (line * line).sum().squareRoot()
    }

    /// Between the two values that the share lies between, in proportion.
    private static func quantile(_ values: [Float], _ share: Double) -> Float {
        let sorted = values.sorted(), place = share * Double(sorted.count - 1), lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + Float(place - Double(lower)) * (sorted[upper] - sorted[lower])
    }

    private func write(_ points: [[SIMD3<Float>]?], _ triangles: [[Int]]) throws {
        let count = MeshTopology.count, landmarks = Tensor(repeating: .nan, [points.count, count, 3])
        for (frame, face) in points.enumerated() {
            guard let face else { continue }
            let to = landmarks.mutablePointer + frame * count * 3
            for (index, point) in face.enumerated() { (to[3 * index], to[3 * index + 1], to[3 * index + 2]) = (point.x, point.y, point.z) }
        }
        try SafetensorsFile.write(
            [
                ("landmarks", landmarks),
                ("triangles", Tensor(triangles.flatMap { $0.map(Float.init) }, [triangles.count, 4])),
            ], as: .float32, metadata: ["lia_landmarks": FaceLandmarks.version], to: output, overwrite: overwrite)
    }
}
