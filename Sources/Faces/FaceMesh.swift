import Files
import Foundation
import Media
import Tensors

/// One of MediaPipe's two networks of landmarks: 468 points of a mesh; the one with attention looks at lips and eyes again, and adds the
/// irises: 478 points.
public final class FaceMesh: Sendable {
    private let network: GraphNetwork
    public let hasAttention: Bool
    /// The places of the outputs in the network's list.
    private let places: [Output: Int]

    private enum Output: String {
        case mesh, presence, lips, leftEye, rightEye, leftIris, rightIris

        /// The names in the files.
        func name(_ hasAttention: Bool) -> String {
            switch self {
            case .mesh: hasAttention ? "output_mesh_identity" : "conv2d_21"
            case .presence: hasAttention ? "conv_faceflag" : "conv2d_31"
            case .lips: "output_lips"
            case .leftEye: "output_left_eye"
            case .rightEye: "output_right_eye"
            case .leftIris: "output_left_iris"
            case .rightIris: "output_right_iris"
            }
        }

        var count: Int {
            switch self {
            case .mesh: 3 * MeshTopology.meshCount
            case .presence: 1
            case .lips: 2 * MeshTopology.lips.count
            case .leftEye: 2 * MeshTopology.leftEye.count
            case .rightEye: 2 * MeshTopology.rightEye.count
            case .leftIris, .rightIris: 10
            }
        }
    }

    /// Pixels of the square that the network takes, in each direction.
    package static let side = 192

    /// - Throws: `FileError` (input) when the network is another one.
    public init(_ network: GraphNetwork, hasAttention: Bool) throws {
        self.network = network
        self.hasAttention = hasAttention
        let wanted: [Output] = hasAttention ? [.mesh, .presence, .lips, .leftEye, .rightEye, .leftIris, .rightIris] : [.mesh, .presence]
        guard network.inputShape == [1, 3, Self.side, Self.side] else {
            throw FileError(.input, network.path, "expected a network of landmarks that takes 192×192 pixels; bring the file again")
        }
        let outputs = network(Tensor(zeros: network.inputShape))
        var places: [Output: Int] = [:]
        for output in wanted {
            let name = output.name(hasAttention)
            guard let place = network.outputNames.firstIndex(of: name), outputs[place].count == output.count else {
                throw FileError(.input, network.path, "expected \(output.count) values of '\(name)'; bring the file again")
            }
            places[output] = place
        }
        self.places = places
    }

    /// Landmarks and presence of the face in a square of a picture.
    public func look(at picture: Picture, _ square: FaceRectangle) -> FaceLook {
        let input = RegionSampling.tensor(levels(in: picture, square), side: Self.side, scale: 1 / 255, offset: 0)
        let (points, logit) = outputs(input)
        let scale = square.side / Float(Self.side)
        let landmarks = points.map { point in
            let place = square.place(point.x / Float(Self.side), point.y / Float(Self.side))
            return SIMD3(place.x, place.y, point.z * scale)
        }
        // What is not a number, or far beyond any picture, is no face.
        let isPlace = landmarks.allSatisfy { abs($0.x) < 1e6 && abs($0.y) < 1e6 && abs($0.z) < 1e6 }
        let presence = isPlace ? 1 / (1 + exp(-logit)) : 0
        return FaceLook(landmarks: landmarks, presence: presence)
    }

    /// What the network is shown of a square: RGB levels, pixel by pixel.
    package func levels(in picture: Picture, _ square: FaceRectangle) -> [UInt8] {
        RegionSampling.levels(of: picture, square, side: Self.side, outside: .edge, averages: true)
    }

    /// The points in pixels of the network's picture, and the logit of the presence.
    package func outputs(_ input: Tensor, observe: ((Int, Tensor) -> Void)? = nil) -> (points: [SIMD3<Float>], presence: Float) {
        let outputs = network(input, observe: observe)
        func values(_ output: Output) -> [Float] { places[output].map { outputs[$0].values } ?? [] }
        let mesh = values(.mesh)
        var points = (0..<MeshTopology.meshCount).map { SIMD3(mesh[3 * $0], mesh[3 * $0 + 1], mesh[3 * $0 + 2]) }
        guard hasAttention else { return (points, values(.presence)[0]) }
        for (output, list) in [
            (Output.lips, MeshTopology.lips), (.leftEye, MeshTopology.leftEye), (.rightEye, MeshTopology.rightEye),
        ] {
            let places = values(output)
            for (index, point) in list.enumerated() { (points[point].x, points[point].y) = (places[2 * index], places[2 * index + 1]) }
        }
        for (output, eye) in [(Output.leftIris, MeshTopology.leftEye), (.rightIris, MeshTopology.rightEye)] {
            let places = values(output)
            // An iris is as deep as the line of its lids.
            let depth = eye.prefix(16).reduce(0) { $0 + points[$1].z } / 16
            for index in 0..<5 { points.append(SIMD3(places[2 * index], places[2 * index + 1], depth)) }
        }
        return (points, values(.presence)[0])
    }
}
