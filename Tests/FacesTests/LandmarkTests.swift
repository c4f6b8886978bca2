import Faces
import Foundation
import Media
import Puppets
import Tensors
import TestSupport
import Testing

/// From a picture to its faces, beside the numbers of an implementation in Python on LiteRT.
@Suite struct LandmarkTests {
    private static let vectors = Result { try ReferenceVectors.file("faces/cases.safetensors") }
    static let drawn = ["drawn1", "drawn14", "drawn20", "drawn7_turned"]

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: drawn + ["waves"])
    func detectionsEqualTheReference(_ name: String) throws {
        let (vectors, finder) = (try Self.vectors.get(), try FaceNetworks.finder()), picture = try FaceNetworks.picture(name, vectors)
        for (kind, detector) in [("short", finder.shortRange), ("full", finder.fullRange)] {
            let found = detector.faces(in: picture), prefix = "decoded/\(kind)/\(name)"
            let (boxes, points, scores) = (
                try vectors("\(prefix)/box").values, try vectors("\(prefix)/points").values, try vectors("\(prefix)/score").values
            )
            #expect(found.count == scores.count)
            for (index, face) in found.enumerated() where index < scores.count {
                let corners = [face.box.left, face.box.top, face.box.right, face.box.bottom]
                #expect(abs(face.score - scores[index]) < 5e-4)
                for (a, b) in zip(corners, boxes[4 * index..<4 * index + 4]) { #expect(abs(a - b) < 0.05) }
                for (a, b) in zip(face.points.flatMap { [$0.x, $0.y] }, points[12 * index..<12 * index + 12]) { #expect(abs(a - b) < 0.05) }
            }
        }
    }

    /// The largest distance in the picture, and that of the depths.
    private func distance(_ found: [SIMD3<Float>], _ expected: Tensor) -> (plane: Float, depth: Float) {
        let values = expected.values
        guard values.count == 3 * found.count else { return (.infinity, .infinity) }
        var worst: (plane: Float, depth: Float) = (0, 0)
        for (index, point) in found.enumerated() {
            let (dx, dy) = (point.x - values[3 * index], point.y - values[3 * index + 1])
            worst = (max(worst.plane, (dx * dx + dy * dy).squareRoot()), max(worst.depth, abs(point.z - values[3 * index + 2])))
        }
        return worst
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: drawn)
    func looksEqualTheReference(_ name: String) throws {
        let (vectors, finder) = (try Self.vectors.get(), try FaceNetworks.finder()), picture = try FaceNetworks.picture(name, vectors)
        let place = try vectors("decoded/mesh/\(name)/rectangle").values
        let square = FaceRectangle(x: place[0], y: place[1], side: place[2], angle: place[3])
        for (kind, network) in [("mesh", finder.mesh), ("attention", finder.attention)] {
            let look = network.look(at: picture, square), off = distance(look.landmarks, try vectors("decoded/\(kind)/\(name)/landmarks"))
            #expect(off.plane < 0.1 && off.depth < 0.2, "\(kind) \(off)")
            #expect(abs(look.presence - (try vectors("decoded/\(kind)/\(name)/presence").values[0])) < 5e-4)
            guard kind == "mesh" else { continue }
            let next = look.next, expected = try vectors("decoded/mesh/\(name)/next_rectangle").values
            for (a, b) in zip([next.x, next.y, next.side, next.angle], expected) { #expect(abs(a - b) < 0.1) }
        }
    }

    /// A large picture of a face is made smaller before it is looked at: its landmarks are those of the small picture, enlarged.
    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: [1024, 1900])
    func largePicturesHaveTheLandmarksOfSmallOnes(_ size: Int) throws {
        let finder = try FaceNetworks.finder(), puppet = Puppet(seed: 5)
        let small = try #require(finder.faces(in: puppet.draw(PuppetPose(), size: 256)).first)
        let large = puppet.draw(PuppetPose(), size: size), found = try #require(finder.faces(in: large).first)
        let ratio = Float(size) / 256, followed = try #require(finder.follow(found, in: large))
        for face in [found, followed] {
            let off = zip(small.landmarks, face.landmarks).map { ($1 / ratio - $0) * SIMD3(1, 1, 0) }.map { ($0 * $0).sum().squareRoot() }
            #expect(off.reduce(0, +) / Float(off.count) < 0.01 * small.box.width && off.max()! < 0.04 * small.box.width, "\(off.max()!)")
        }
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: drawn)
    func theCascadeEqualsTheReference(_ name: String) throws {
        let (vectors, finder) = (try Self.vectors.get(), try FaceNetworks.finder()), picture = try FaceNetworks.picture(name, vectors)
        let faces = finder.faces(in: picture)
        try #require(faces.count == 1)
        let face = faces[0], prefix = "faces/\(name)", off = distance(face.landmarks, try vectors("\(prefix)/landmarks"))
        #expect(off.plane < 0.5 && off.depth < 0.5, "\(off)")
        let box = try vectors("\(prefix)/box").values
        for (a, b) in zip([face.box.left, face.box.top, face.box.width, face.box.height], box) { #expect(abs(a - b) < 0.5) }
        let numbers = try vectors("\(prefix)/angle_score_presence").values
        #expect(abs(face.angle * 180 / .pi - numbers[0]) < 0.1, "\(numbers)")
        for (a, b) in zip([face.score, face.presence], numbers.dropFirst()) { #expect(abs(a - b) < 1e-3, "\(numbers)") }
        let points = try vectors("\(prefix)/landmarks68").values
        for (a, b) in zip(face.sixtyEight.flatMap { [$0.x, $0.y] }, points) { #expect(abs(a - b) < 0.5) }
        let open = try vectors("\(prefix)/eye_left_eye_right_lips").values
        for (a, b) in zip([face.openness.leftEye, face.openness.rightEye, face.openness.lips], open) { #expect(abs(a - b) < 0.02) }
        let crop = try vectors("\(prefix)/crop").values, own = face.crop()
        for (a, b) in zip([own.x, own.y, own.side], crop) { #expect(abs(a - b) < 0.9) }
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence)) func wavesAreNoFace() throws {
        #expect(try FaceNetworks.finder().faces(in: FaceNetworks.picture("waves", Self.vectors.get())).isEmpty)
    }

    /// Drawn people, at rest and in strong poses, are found once each, where they are drawn.
    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: [UInt64](1...6))
    func drawnPeopleAreFound(_ seed: UInt64) throws {
        let finder = try FaceNetworks.finder()
        var turned = PuppetPose()
        (turned.yaw, turned.pitch, turned.roll, turned.mouthOpen) = (0.35, 0.15, 0.3, 0.6)
        for pose in [PuppetPose(), turned] {
            let faces = finder.faces(in: Puppet(seed: seed).draw(pose, size: 256))
            #expect(faces.count == 1)
            guard let box = faces.first?.box else { continue }
            #expect(box.width > 60 && box.width < 200 && abs((box.left + box.right) / 2 - 128) < 45, "\(box)")
        }
    }

    /// Three people in one picture, largest first, and a small one in a large picture.
    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence)) func severalAndSmallFacesAreFound() throws {
        let finder = try FaceNetworks.finder()
        func scene(_ width: Int, _ height: Int, _ people: [(seed: UInt64, x: Int, y: Int, size: Int)]) -> Picture {
            var picture = Picture(width: width, height: height, red: 90, green: 110, blue: 120)
            for person in people {
                let drawn = Puppet(seed: person.seed).draw(PuppetPose(), size: person.size)
                for row in 0..<person.size {
                    let place = 3 * ((person.y + row) * width + person.x)
                    picture.pixels.replaceSubrange(
                        place..<place + 3 * person.size, with: drawn.pixels[3 * row * person.size..<3 * (row + 1) * person.size])
                }
            }
            return picture
        }
        let group = finder.faces(in: scene(700, 320, [(1, 10, 100, 180), (2, 210, 20, 280), (3, 500, 80, 190)]))
        #expect(group.count == 3)
        #expect(zip(group, group.dropFirst()).allSatisfy { $0.box.area >= $1.box.area })
        #expect(group.first.map { $0.point(MeshTopology.noseTip).x > 210 && $0.point(MeshTopology.noseTip).x < 490 } == true)
        let small = finder.faces(in: scene(1280, 960, [(1, 900, 500, 90)]))
        #expect(small.count == 1)
        #expect(small.first.map { $0.point(MeshTopology.noseTip).x > 900 && $0.point(MeshTopology.noseTip).x < 990 } == true)
    }

    /// A face that moves keeps its number; it is lost when it goes, and found when it comes again.
    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence)) func facesAreFollowed() throws {
        let finder = try FaceNetworks.finder(), tracker = FaceTracker(finder), puppet = Puppet(seed: 1)
        var off: Float = 0
        for frame in 0..<8 {
            var pose = PuppetPose()
            (pose.yaw, pose.roll, pose.shiftX) = (0.04 * Float(frame), 0.03 * Float(frame), 0.01 * Float(frame))
            let picture = puppet.draw(pose, size: 256), followed = tracker.next(picture), found = finder.faces(in: picture)
            try #require(followed.count == 1 && found.count == 1)
            for index in 0..<MeshTopology.count {
                let line = followed[0].point(index) - found[0].point(index)
                off = max(off, (line * line).sum().squareRoot())
            }
        }
        #expect(off < 8, "\(off)")
        let empty = Picture(width: 256, height: 256, red: 100, green: 120, blue: 140)
        #expect(tracker.next(empty).isEmpty)
        #expect(tracker.next(empty).isEmpty)
        #expect(tracker.next(puppet.draw(PuppetPose(), size: 256)).count == 1)
    }
}
