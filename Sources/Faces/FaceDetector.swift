import Files
import Foundation
import Media
import Tensors

/// One of MediaPipe's two detectors of faces (BlazeFace): a network that says for each of many anchors whether a face is there, and where.
public final class FaceDetector: Sendable {
    /// Which of the two.
    public enum Range: Sendable {
        /// Faces that fill a tenth of the picture's side and more, turned in any way.
        case short
        /// Small faces too, to 60° from upright.
        case full
    }

    public let range: Range
    private let network: GraphNetwork
    /// The middles of the anchors, 0 to 1.
    package let anchors: [SIMD2<Float>]

    /// - Throws: `FileError` (input) when the network is another one.
    public init(_ network: GraphNetwork, range: Range) throws {
        self.range = range
        self.network = network
        let side = range == .short ? 128 : 192
        anchors = Self.anchors(range)
        guard network.inputShape == [1, 3, side, side], network.outputNames.count == 2 else {
            throw FileError(.input, network.path, "expected a detector of faces that takes \(side)×\(side) pixels; bring the file again")
        }
        let outputs = network(Tensor(zeros: network.inputShape))
        guard outputs[0].count == anchors.count * 16, outputs[1].count == anchors.count else {
            throw FileError(.input, network.path, "expected \(anchors.count) anchors, found \(outputs[1].count); bring the file again")
        }
    }

    private var side: Int { network.inputShape[2] }
    /// The least score that counts.
    private var threshold: Float { range == .short ? 0.5 : 0.6 }

    private static func anchors(_ range: Range) -> [SIMD2<Float>] {
        let grids = range == .short ? [(side: 16, each: 2), (side: 8, each: 6)] : [(side: 48, each: 1)]
        return grids.flatMap { grid in
            (0..<grid.side * grid.side * grid.each).map { index in
                let cell = index / grid.each
                return (SIMD2(Float(cell % grid.side), Float(cell / grid.side)) + 0.5) / Float(grid.side)
            }
        }
    }

    /// The faces of a picture, best score first.
    ///
    /// - Parameter square: the part that is looked at; nil for the whole picture, in a square with black margins.
    public func faces(in picture: Picture, square: FaceRectangle? = nil) -> [FaceDetection] {
        let square = square ?? Self.whole(picture)
        let outputs = network(RegionSampling.tensor(levels(in: picture, square), side: side, scale: 1 / 127.5, offset: -1))
        return decode(boxes: outputs[0], scores: outputs[1], square: square)
    }

    /// What the network is shown of a square: RGB levels, pixel by pixel.
    package func levels(in picture: Picture, _ square: FaceRectangle) -> [UInt8] {
        RegionSampling.levels(of: picture, square, side: side, outside: .black)
    }

    /// What the network says, before anything is made of it: 16 numbers and a logit for each anchor.
    package func outputs(_ input: Tensor, observe: ((Int, Tensor) -> Void)? = nil) -> (boxes: Tensor, scores: Tensor) {
        let outputs = network(input, observe: observe)
        return (outputs[0], outputs[1])
    }

    package static func whole(_ picture: Picture) -> FaceRectangle {
        FaceRectangle(
            x: Float(picture.width) / 2, y: Float(picture.height) / 2, side: Float(max(picture.width, picture.height)), angle: 0)
    }

    /// The faces in the network's outputs, in pixels of the picture, best score first.
    ///
    /// - Parameter square: the part of the picture that was looked at, upright.
    package func decode(boxes: Tensor, scores: Tensor, square: FaceRectangle) -> [FaceDetection] {
        defer { keepAlive(boxes, scores) }
        let origin = SIMD2(square.x, square.y) - square.side / 2
        var found: [FaceDetection] = []
        for (index, anchor) in anchors.enumerated() {
            let score = 1 / (1 + exp(-min(max(scores.pointer[index], -100), 100)))
            guard score >= threshold else { continue }
            let numbers = boxes.pointer + 16 * index
            func place(_ number: Int) -> SIMD2<Float> { SIMD2(numbers[number], numbers[number + 1]) / Float(side) }
            let size = place(2)
            guard size.x >= 0, size.y >= 0 else { continue }
            let middle = (place(0) + anchor) * square.side + origin, half = size / 2 * square.side
            let (low, high) = (middle - half, middle + half)
            found.append(
                FaceDetection(
                    box: FaceBox(left: low.x, top: low.y, right: high.x, bottom: high.y), score: score,
                    points: (0..<6).map { (place(4 + 2 * $0) + anchor) * square.side + origin }))
        }
        return FaceDetection.merged(found)
    }
}
