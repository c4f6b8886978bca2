import Checkpoints
import Faces
import Foundation
import Tensors
import TestSupport

/// The data set of `TinyTraining` with landmarks of faces that speak.
struct TinySpeakers {
    let tiny: TinyTraining
    /// The landmarks' file.
    let landmarks: String

    init() throws {
        tiny = try TinyTraining()
        landmarks = tiny.folder.file("landmarks.safetensors")
        let frames = (0..<24).flatMap { frame in Self.face(lips: 0.1 * Float(frame % 4)).flatMap { [$0.x, $0.y, $0.z] } }
        try SafetensorsFile.write(
            [
                ("landmarks", Tensor(frames, [24, MeshTopology.count, 3])), ("triangles", Tensor([0, 1, 2, 0], [1, 4])),
            ], as: .float32, metadata: ["lia_landmarks": "2"], to: landmarks, overwrite: true)
    }

    /// A face whose bridge is at −0.05, whose chin at 0.5, with a mouth from −0.12 to 0.12.
    static func face(lips: Float) -> [SIMD3<Float>] {
        var points = MadeFace.points(lips: lips).map { $0 * 0.4 }
        let jaw = MeshTopology.sixtyEight
        for number in 0..<17 { points[jaw[number]] = SIMD3(0.04 * Float(number - 8), 0.5 - 0.005 * Float((number - 8) * (number - 8)), 0) }
        points[jaw[29]] = SIMD3(0, -0.05, 0)
        points[jaw[33]] = SIMD3(0.01, 0.15, 0)
        return points
    }
}
