import Checkpoints
import Foundation
import Tensors
import Testing
import TestSupport
import Training

/// The flow of faces whose landmarks are known.
@Suite struct FaceMotionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A square of points, five in a row, `reach` from the middle, with clockwise triangles.
    private static let lattice: [(x: Double, y: Double)] = (0..<25).map { index in
        let column = Double(index % 5), row = Double(index / 5)
        return (x: column / 2 - 1, y: row / 2 - 1)
    }
    private static let triangles: [[Float]] = (0..<16).flatMap { cell -> [[Float]] in
        let p = Float(cell / 4 * 5 + cell % 4)
        return [[p, p + 1, p + 6, 0], [p, p + 6, p + 5, 0]]
    }

    /// Writes the landmarks of frames; no numbers for a frame that is nil.
    private func landmarks(
        _ frames: [[(x: Double, y: Double)]?], triangles: [[Float]] = Self.triangles,
        metadata: [String: String] = ["lia_landmarks": "2"]
    ) throws -> String {
        let count = frames.compactMap { $0 }[0].count
        let places = frames.flatMap { points in
            points.map { $0.flatMap { [Float($0.x), Float($0.y), Float(0)] } } ?? [Float](repeating: .nan, count: 3 * count)
        }
        let path = folder.file("\(UUID()).safetensors")
        try SafetensorsFile.write(
            [
                ("landmarks", Tensor(places, [frames.count, count, 3])),
                ("triangles", Tensor(triangles.flatMap { $0 }, [triangles.count, 4])),
            ], as: .float32, metadata: metadata, to: path, overwrite: false)
        return path
    }

    /// A data set of a clip of so many frames.
    private func dataset(_ frames: Int) throws -> Dataset {
        let path = folder.file("\(UUID()).safetensors")
        try DataSample.write(path, clips: [("a", frames)])
        return try Dataset(path: path)
    }

    private func center(_ pixel: Int, _ size: Int) -> Double { Double(2 * pixel + 1) / Double(size) - 1 }

    /// Points that move by an affine map give that map's flow inside and nothing outside, through the maps that the pictures were made
    /// with, mirrored or not.
    @Test(arguments: [false, true])
    func affinelyMovedPointsGiveTheAffineFlow(isMirrored: Bool) throws {
        let poses = [
            AffineMap(degrees: 8, scaleX: 0.6, scaleY: 0.55, shear: 0.1, shiftX: 0.05, shiftY: -0.1),
            AffineMap(degrees: -12, scaleX: 0.5, scaleY: 0.6, shear: 0, shiftX: -0.1, shiftY: 0.08),
        ]
        let path = try landmarks(poses.map { pose in Self.lattice.map { pose($0.x, $0.y) } })
        let affine = AffineMap(degrees: 4, scaleX: 1.1, scaleY: 1.05, shear: 0, shiftX: 0.02, shiftY: 0.03)
        let map = PictureMap(affine: isMirrored ? AffineMap.mirror.after(affine) : affine)
        let motion = FaceMotion(
            try FaceLandmarks(path: path, dataset: try dataset(2)), clip: 0, frames: [0, 1], maps: [map, map], isMirrored: isMirrored)
        // From the driving picture to the frame, to the face, to the other frame, to the source's picture.
        let way = map.affine.inverse.after(poses[0]).after(poses[1].inverse).after(map.affine)
        for size in [64, 16] {
            let (grid, weight, _) = motion.grid(source: 0, driving: 1, size: size)
            var inside = 0, outside = 0
            for p in 0..<size * size {
                let (x, y) = (center(p % size, size), center(p / size, size))
                let frame = map.affine(x, y), face = poses[1].inverse(frame.x, frame.y)
                let edge = max(abs(face.x), abs(face.y))
                if edge < 0.8 {
                    let expected = way(x, y)
                    #expect(weight.values[p] == 1)
                    #expect(abs(Double(grid.values[2 * p]) - expected.x) < 1e-5 && abs(Double(grid.values[2 * p + 1]) - expected.y) < 1e-5)
                    inside += 1
                } else if edge > 1.2 {
                    #expect(weight.values[p] == 0)
                    outside += 1
                }
            }
            #expect(inside > size * size / 8 && outside > size * size / 4)
        }
    }

    /// Between parted lips stands the line of the closed ones; what is seen from behind in the source, and a frame without a face, say
    /// nothing.
    @Test func aMouthOpensFromItsLine() throws {
        // Corners, the upper lip and the lower one: parted, closed and by a hair beyond.
        func mouth(_ gap: Double) -> [(x: Double, y: Double)] { [(-0.5, 0), (0, -gap), (0.5, 0), (0, gap)] }
        let turned = mouth(0.4).map { (x: -$0.x, y: $0.y) }
        let path = try landmarks([mouth(-0.004), mouth(0.4), turned, nil], triangles: [[0, 1, 2, 1], [0, 2, 3, 0]])
        let motion = FaceMotion(
            try FaceLandmarks(path: path, dataset: try dataset(4)), clip: 0, frames: [0, 1, 2, 3],
            maps: Array(repeating: PictureMap(), count: 4), isMirrored: false)
        let (grid, weight, opened) = motion.grid(source: 0, driving: 1, size: 32)
        var seen = 0
        for p in 0..<32 * 32 where weight.values[p] > 0 {
            seen += 1
            // The upper half is marked as inside the mouth.
            #expect(opened.values[p] == (p / 32 < 16 ? 1 : 0))
            #expect(abs(Double(grid.values[2 * p]) - center(p % 32, 32)) < 1e-6 && abs(grid.values[2 * p + 1]) <= 0.004)
        }
        #expect(opened.values.reduce(0, +) == Float(seen / 2))
        #expect(motion.grid(source: 1, driving: 1, size: 32).opened.values.allSatisfy { $0 == 0 })
        // The rhombus has 0.4 of the picture's 4.
        #expect((95...110).contains(seen))
        for (source, driving) in [(1, 0), (2, 1), (1, 2), (3, 1), (1, 3)] {
            #expect(motion.grid(source: source, driving: driving, size: 32).weight.values.allSatisfy { $0 == 0 }, "\(source) \(driving)")
        }
    }

    @Test func otherFilesAreRefusedInOneLine() throws {
        let square = Self.lattice
        func message(_ path: String, frames: Int = 2) throws -> String {
            let dataset = try dataset(frames)
            return DataSample.message { _ = try FaceLandmarks(path: path, dataset: dataset) }
        }
        #expect(try message(try landmarks([square, square])) == DataSample.message { _ = 0 })
        let cases = [
            (try message(try landmarks([square, square]), frames: 3), "expected landmarks of shape (3, any, 3), found [2, 25, 3]"),
            (try message(try landmarks([square, square], metadata: [:])), "no landmarks of version 2"),
            (try message(try landmarks([square, square], metadata: ["lia_landmarks": "1"])), "no landmarks of version 2"),
            (try message(try landmarks([square, square], triangles: [[0, 1, 25, 0]])), "beyond the 25"),
            (try message(folder.file("absent.safetensors")), "absent.safetensors"),
        ]
        for (message, expected) in cases { #expect(message.contains(expected) && !message.contains("\n"), "\(message)") }
    }

    /// Groups of a data set with landmarks know their motion; training learns from it.
    @Test func clipsWithLandmarksHaveKnownMotion() throws {
        let data = folder.file("data.safetensors")
        try DataSample.write(data, size: 32, clips: [("a", 12), ("b", 3)])
        let dataset = try Dataset(path: data)
        let path = try landmarks(
            (0..<15).map { frame -> [(x: Double, y: Double)]? in
                let shift = 0.01 * Double(frame)
                return Self.lattice.map { (x: 0.6 * $0.x + shift, y: 0.6 * $0.y) }
            })
        var sampler = GroupSampler(
            dataset: dataset, clips: [0, 1], groupSize: 3, landmarks: try FaceLandmarks(path: path, dataset: dataset), seed: 1)
        for _ in 0..<20 {
            let group = sampler.group(sampler.choose(pseudoMotion: 0, moments: 1))
            let motion = try #require(group.knownMotion)
            // The lattice tells no pose: its points are not those of a face's mesh.
            #expect(motion is FaceMotion && group.poses.allSatisfy { $0 == nil } && group.regions.allSatisfy { $0 == nil })
        }
        var configuration = LIATrainingConfiguration()
        (configuration.network.size, configuration.network.channels, configuration.network.code) = (32, "4:8 8:8 16:8 32:8", 8)
        configuration.network.directions = 4
        (configuration.data.groupSize, configuration.data.groups) = (3, 1)
        (configuration.data.pseudoMotionStart, configuration.data.pseudoMotionEnd) = (0, 0)
        configuration.data.landmarks = path
        let losses = try Trainer.of(configuration, dataset: dataset, clips: [0, 1]).advance().losses
        #expect(try #require(losses["flow"]) > 0)
        #expect(losses["closing"] == nil)
        configuration.data.landmarks = folder.file("absent.safetensors")
        #expect(DataSample.message { _ = try Trainer.of(configuration, dataset: dataset, clips: [0]) }.contains("absent.safetensors"))
    }
}
