import Faces
import Files
import Operators
import Tensors

/// How differently a network that knows faces sees two pictures: the L1 of its features and of the landmarks that it finds. The network is
/// that of MediaPipe's face mesh, whose landmarks tell open lips and lids from closed ones; it is read from a file and stays as it is.
///
/// It is shown them without colours. Of coloured ones it takes a mouth for open whose teeth are blue and whose lips are red, which is easier to
/// paint than what is light and dark in a mouth.
package struct MeshLoss {
    /// A mean difference of the landmarks by so many of the network's pixels counts as much as features that differ by all of their size.
    private static let landmarkUnit: Float = 8
    /// Points of lips, lids and brows count so many times as much as others.
    private static let expressive: Float = 4

    private let network: GraphNetwork
    /// (points, 3): what each coordinate counts, with a sum of 1 / landmarkUnit.
    let weights: Tensor

    let openings = OpeningLoss()
    /// What `openings` count beside features and landmarks.
    private let openingsWeight: Float

    /// The loss that settings ask for.
    ///
    /// - Returns: nil where it has no weight.
    /// - Throws: `SettingError` when it has one and no file is named; `FileError` (input) when the file is another.
    init?(weight: Double, path: String, openings: Double) throws {
        guard weight > 0 else { return nil }
        guard !path.isEmpty else {
            throw SettingError(key: "losses.mesh_network", problem: "is empty, and losses.mesh is above 0; name a face_landmark.tflite")
        }
        try self.init(path: path, openings: Float(openings))
    }

    /// - Parameters:
    ///   - path: of MediaPipe's face_landmark.tflite.
    ///   - openings: what the difference of how far lids, lips and brows are apart counts beside features and landmarks (see `OpeningLoss`).
    /// - Throws: `FileError` (input) when the file is another.
    package init(path: String, openings: Float = 0) throws {
        openingsWeight = openings
        network = try GraphNetwork(path: path)
        _ = try FaceMesh(network, hasAttention: false)
        var weights = [Float](repeating: 1, count: MeshTopology.meshCount)
        let moving = [MeshTopology.lips, MeshTopology.leftEye, MeshTopology.rightEye, MeshTopology.leftBrow, MeshTopology.rightBrow]
        for point in moving.joined() { weights[point] = Self.expressive }
        let factor = 1 / (3 * weights.reduce(0, +) * Self.landmarkUnit)
        self.weights = Tensor(weights.flatMap { [Float](repeating: $0 * factor, count: 3) }, [MeshTopology.meshCount, 3])
    }

    /// - Parameters:
    ///   - pictures, target: (frames, 3, size, size), RGB in [−1, 1].
    ///   - regions: where each of them shows a face; frames without are left out.
    /// - Returns: (1); 0 where no face is known.
    package func callAsFunction(_ pictures: Tensor, target: Tensor, _ regions: [FaceRegions?]) -> Tensor {
        let faces = regions.enumerated().compactMap { frame, region in region?.face.map { (frame: frame, square: $0) } }
        return self(pictures, target: target, RegionCrops(faces, side: side))
    }

    /// The side of the squares that the network is shown, in pixels.
    var side: Int { network.inputShape[2] }

    /// - Parameters:
    ///   - pictures, target: (frames, 3, H, W), RGB in [−1, 1].
    ///   - crops: their faces, of `side` pixels.
    /// - Returns: (1); 0 where there are none.
    func callAsFunction(_ pictures: Tensor, target: Tensor, _ crops: RegionCrops) -> Tensor {
        guard !crops.frames.isEmpty else { return Tensor(zeros: [1]) }
        let cut = inputs(pictures, crops), goals = Tape.$current.withValue(nil) { inputs(target, crops) }
        let terms = crops.frames.indices.map { face in
            loss(looks(cut, face), Tape.$current.withValue(nil) { looks(goals, face) })
        }
        let sum = terms.dropFirst().reduce(terms[0]) { Sum.forward($0, $1) }
        return Sum.forward(sum, Tensor(zeros: [1]), gain: 1 / Float(terms.count))
    }

    /// (3, 3, 1, 1): each channel becomes the brightness of ITU-R BT.601.
    private static let brightness = Tensor((0..<3).flatMap { _ in [0.299, 0.587, 0.114] as [Float] }, [3, 3, 1, 1])

    /// (faces, 3, side, side) in [0, 1]: the faces as the network takes them, gray.
    private func inputs(_ pictures: Tensor, _ crops: RegionCrops) -> Tensor {
        let cut = Convolution.forward(crops.cut(pictures), weight: Self.brightness)
        return Sum.forward(cut, Tensor(repeating: 1, cut.shape), gain: 0.5)
    }

    /// The features of every size of planes, and last the landmarks, (1, 1, points, 3), in the network's pixels.
    private func looks(_ inputs: Tensor, _ face: Int) -> [Tensor] {
        var features: [Int: Tensor] = [:]
        let outputs = network(Selection.forward(inputs, indices: [face])) { index, tensor in features[index] = tensor }
        return network.stages.compactMap { features[$0] }
            + outputs.filter { $0.count == weights.count }.map {
                $0.reshaped([1, 1] + weights.shape)
            }
    }

    /// The mean over the sizes of features of how much they differ, compared with those of the target, plus that of the landmarks.
    private func loss(_ found: [Tensor], _ wanted: [Tensor]) -> Tensor {
        let stages = wanted.count - 1
        let terms = (0..<stages).map { stage -> Tensor in
            let size = wanted[stage].values.reduce(0) { $0 + abs($1) }
            let weight = 1 / (max(size, 1e-3) * Float(stages)), plane = wanted[stage].shape[2] * wanted[stage].shape[3]
            return L1Loss.forward(found[stage], target: wanted[stage], weights: Tensor(repeating: weight, [1, plane]))
        }
        let sum = terms.reduce(L1Loss.forward(found[stages], target: wanted[stages], weights: weights)) { Sum.forward($0, $1) }
        guard openingsWeight > 0 else { return sum }
        return Sum.forward(sum, Sum.forward(openings(found[stages], target: wanted[stages]), Tensor(zeros: [1]), gain: openingsWeight))
    }
}
