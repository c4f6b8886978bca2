import Faces
import Media
import ModelLibrary
import Operators
import Puppets
import Tensors
import TestSupport
import Testing
import Training

/// The loss by the network of the face mesh.
@Suite struct MeshLossTests {
    private let loss: MeshLoss
    /// A drawn person, mouth shut and open.
    private let shut, open: Tensor
    private let regions: [FaceRegions?]

    init() throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders))
        loss = try MeshLoss(path: folder + "/face_landmark.tflite")
        let puppet = Puppet(PuppetIdentity(seed: 7))
        func picture(_ mouth: Float) -> Tensor {
            var pose = PuppetPose()
            pose.mouthOpen = mouth
            return Tensor(puppet.draw(pose, size: 64))
        }
        (shut, open) = (picture(0), picture(1))
        let square = FaceRegions.Square(center: .zero, reach: 0.9)
        regions = [FaceRegions(eyes: square, mouth: square, face: square)]
    }

    private func value(_ x: Tensor, _ target: Tensor) -> Float { loss(x, target: target, regions).values[0] }

    @Test func itIsLargerTheFurtherAMouthIsFromTheWanted() {
        let half = Tensor(zip(shut.values, open.values).map { ($0 + $1) / 2 }, shut.shape)
        #expect(value(open, open) == 0)
        #expect(value(half, open) > 0.01 && value(shut, open) > value(half, open))
        #expect(loss(shut, target: open, [nil]).values == [0])
    }

    /// Downhill is where it falls: a step against the gradient takes away about step·length² of it.
    @Test(arguments: [Float(0), 5]) func itFallsAgainstItsGradient(openings: Float) throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders))
        let loss = try MeshLoss(path: folder + "/face_landmark.tflite", openings: openings)
        func value(_ x: Tensor) -> Double { Double(loss(x, target: open, regions).values[0]) }
        let tape = Tape(watching: [shut])
        let gradient = try #require(tape.gradients(of: Tape.$current.withValue(tape) { loss(shut, target: open, regions) })[shut])
        let squares = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }
        let before = value(shut), step = 0.002 * before / squares
        let fall = before - value(Tensor(zip(shut.values, gradient.values).map { $0 - Float(step) * $1 }, shut.shape))
        #expect(squares > 0 && abs(fall / (0.002 * before) - 1) < 0.2, "\(fall / (0.002 * before))")
    }

    /// Weighted, the openings are added to the rest; how a whole face lies in its square says nothing of them.
    @Test func openingsCountByTheirWeight() throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders)), path = folder + "/face_landmark.tflite"
        func value(_ weight: Float) throws -> Float { try MeshLoss(path: path, openings: weight)(shut, target: open, regions).values[0] }
        let (none, one, three) = (try value(0), try value(1), try value(3))
        #expect(none == self.value(shut, open) && one > none + 0.05)
        #expect(abs((three - none) / (one - none) - 3) < 1e-3)
        // 20 px from lip to lip, of which 12 are wanted, at the 3 pairs of the lips: 3 of 6 lines of a quarter.
        func points(_ gap: Float, _ moved: [Int] = [14, 87, 317], shift: Float) -> Tensor {
            var values = [Float](repeating: shift, count: 468 * 3)
            for point in moved { values[3 * point + 1] += gap }
            return Tensor(values, [1, 1, 468, 3])
        }
        let found = OpeningLoss()(points(20, shift: 5), target: points(12, shift: 9)).values[0]
        #expect(abs(found - 8.0 * 3 / 6 / 8 / 4) < 1e-6, "\(found)")
        // Corners of the mouth that rise by 6 px come nearer to the eyes, and not to each other: 2 of 6 lines.
        let smile = OpeningLoss()(points(-6, [61, 291], shift: 5), target: points(0, shift: 5)).values[0]
        #expect(abs(smile - 6.0 * 2 / 6 / 4 / 4) < 1e-6, "\(smile)")
    }

    /// The same part of every frame, in halves of its breadth and height: of a ramp, the places themselves; beyond the edges 0.
    @Test func aPartOfEveryFrameIsCut() {
        let ramp: [Float] = [-0.875, -0.625, -0.375, -0.125, 0.125, 0.375, 0.625, 0.875]
        let rows = Array(repeating: ramp, count: 4).flatMap { $0 }
        let crops = RegionCrops(frames: 2, center: [0.25, 0], reach: [0.5, 2], side: 4)
        let cut = crops.cut(Tensor(rows + rows.map { $0 + 10 }, [2, 1, 4, 8]))
        #expect(cut.shape == [2, 1, 4, 4])
        for frame in 0..<2 {
            for column in 0..<4 {
                let wanted = 0.25 + 0.5 * (Float(2 * column + 1) / 4 - 1) + Float(10 * frame)
                #expect(abs(cut.values[frame * 16 + 4 + column] - wanted) < 1e-5)
                #expect(cut.values[frame * 16 + column] == 0)
            }
        }
    }

    @Test func anotherFileIsRefused() throws {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders))
        #expect(throws: (any Error).self) { try MeshLoss(path: folder + "/face_detection_short_range.tflite") }
    }
}
