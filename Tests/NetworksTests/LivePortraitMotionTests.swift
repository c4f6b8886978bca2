import Files
import Foundation
import Networks
import TestSupport
import Tensors
import Testing

/// LivePortrait's motion, from given heads to the points that pose a portrait, against the authors' whole pipeline.
@Suite struct LivePortraitMotionTests {
    private let vectors: ReferenceVectors
    private let network: LivePortrait

    init() throws {
        vectors = try ReferenceVectors.file("liveportrait/motion.safetensors")
        network = try .small()
    }

    /// A frame's head. - Parameter ratios: whose landmarks give the openings.
    private func head(_ side: String, _ frame: Int, ratios: String? = nil) throws -> HeadMotion {
        func values(_ name: String, _ count: Int) throws -> [Float] {
            Array(try vectors(name).values[frame * count..<(frame + 1) * count])
        }
        let eyes = try values("\(ratios ?? side)/eye_ratios", 2), lips = try values("\(ratios ?? side)/lip_ratio", 1)
        return HeadMotion(
            keyPoints: try values("\(side)/kp", 63), expression: try values("\(side)/exp", 63),
            rotation: HeadRotation(values: try values("\(side)/R", 9)), translation: try values("\(side)/t", 3),
            scale: try values("\(side)/scale", 1)[0], opening: FaceOpening(leftEye: eyes[0], rightEye: eyes[1], lips: lips[0]))
    }

    @Test func whatNoHeadHasIsSaid() throws {
        let whole = try head("driving", 0)
        #expect(whole.problem == nil)
        let changes: [(words: String, change: (inout HeadMotion) -> Void)] = [
            ("found 0.0", { $0.scale = 0 }), ("found -1.0", { $0.scale = -1 }), ("found nan", { $0.scale = .nan }),
            ("R·Rᵀ", { $0.rotation = HeadRotation(values: [Float](repeating: 0, count: 9)) }),
            ("R·Rᵀ", { $0.rotation = HeadRotation(values: $0.rotation.values.map { 5 * $0 }) }),
            ("found 1e+30", { $0.expression[5] = 1e30 }), ("found nan", { $0.shift[0] = .nan }),
        ]
        for (words, change) in changes {
            var head = whole
            change(&head)
            #expect(head.problem?.contains(words) == true, "\(words): \(head.problem ?? "")")
        }
    }

    /// One of the 75 cases: what it says in its name.
    private struct Case {
        var transfer: Transfer
        var variance = KalmanSmoothing.usualVariance
        var isClosed = false

        init(_ name: String) throws {
            let parts = name.split(separator: "/").map(String.init)
            let regions: [String: Transfer.Region] = ["all": .all, "exp": .expression, "pose": .pose, "lip": .lips, "eyes": .eyes]
            transfer = Transfer(try #require(TransferMode(rawValue: parts[1])))
            transfer.region = try #require(regions[parts[2]])
            transfer.situation.isSourceMoving = parts[0].hasPrefix("video")
            transfer.situation.isDrivingStill = parts[0].hasSuffix("image")
            for flag in parts[3...] {
                switch flag {
                case "eye": transfer.eyes = .driving
                case "lip": transfer.lips = .driving
                case "no-stitching": transfer.stitches = false
                case "normalize-lip": transfer.closesLips = true
                case "source-eye": transfer.holdsEyes = true
                case "multiplier=1.4": transfer.strength = 1.4
                case "variance=1e-4": variance = 1e-4
                case "closed": isClosed = true
                // Another scale of what changes, which is 1 for people.
                case "pose-friendly": break
                default: Issue.record("the flag \(flag)")
                }
            }
        }
    }

    @Test func everyCaseOfTheAuthorsPipeline() throws {
        let names = vectors.names(under: "x_d/")
        #expect(names.count == 75)
        for name in names {
            let expected = try vectors("x_d/" + name), count = expected.shape[0]
            var wanted = try Case(name)
            let situation = wanted.transfer.situation, ratios = wanted.isClosed ? "closed" : nil
            let own = try (0..<count).map { try head("source", situation.isSourceMoving ? $0 : 0, ratios: ratios) }
            let driving = try (0..<count).map { try head("driving", situation.isDrivingStill ? 0 : $0) }
            if situation.isSourceMoving { wanted.transfer.situation.sourceStart = Tensor(own[0].row, [1, HeadMotion.count]) }
            let work = MotionTransfer(transfer: wanted.transfer, networks: network.pointNetworks)
            var candidates = zip(own, driving).map { work.candidate($0, driving: $1, reference: driving[0]) }
            if network.smoothsClips(wanted.transfer, situation) {
                let rows = KalmanSmoothing.smoothed(candidates.map { $0.expression + $0.rotation.values }, variance: wanted.variance)
                candidates = rows.map {
                    .init(expression: Array($0[..<63]), rotation: HeadRotation(values: Array($0[63...])))
                }
            }
            let points = candidates.indices.flatMap { index -> [Float] in
                let target = work.target(candidates[index], own[index], driving: driving[index], reference: driving[0])
                // As a motion file keeps it.
                return HeadMotion(row: target.row).points(own: own[index].ownPoints, network.pointNetworks)
            }
            let difference = Difference(Tensor(points, [count, 21, 3]), expected)
            #expect(difference.largest <= 1e-6, "\(name): \(difference)")
        }
    }

    /// The whole way that a command goes: rows, smoothed over the clip, then transferred.
    @Test func smoothedRowsGiveTheSmoothCandidates() throws {
        for mode in TransferMode.allCases {
            var transfer = Transfer(mode)
            transfer.situation.isSourceMoving = true
            let own = try (0..<4).map { try tensor(head("source", $0)) }, driving = try (0..<4).map { try tensor(head("driving", $0)) }
            let smooth = network.smoothed(
                zip(own, driving).map { DrivenFrame(own: $0, driving: $1) }, reference: driving[0], transfer, strength: 0)
            let expected = try vectors("x_d/video-video/\(mode.rawValue)/all").values
            for index in 0..<4 {
                let work = MotionTransfer(transfer: transfer, networks: network.pointNetworks)
                let source = HeadMotion(row: own[index].values), start = HeadMotion(row: driving[0].values)
                let moved = HeadMotion(row: smooth[index].values)
                let target = work.target(
                    work.candidate(source, driving: moved, reference: start), source, driving: moved, reference: start)
                let points = target.points(own: source.ownPoints, network.pointNetworks)
                let difference = Difference(Tensor(points, [63]), Tensor(Array(expected[63 * index..<63 * index + 63]), [63]))
                #expect(difference.largest <= 2e-6, "\(mode), frame \(index): \(difference)")
            }
        }
    }

    private func tensor(_ head: HeadMotion) -> Tensor { Tensor(head.row, [1, HeadMotion.count]) }

    @Test func ownPointsAreXs() throws {
        #expect(Difference(Tensor(try head("source", 0).ownPoints, [1, 21, 3]), try vectors("x_s/image")).largest <= 1e-6)
        let all = try (0..<4).flatMap { try head("source", $0).ownPoints }
        #expect(Difference(Tensor(all, [4, 21, 3]), try vectors("x_s/video")).largest <= 1e-6)
    }

    @Test func rotationsAreTheAnglesAndBack() throws {
        for frame in 0..<4 {
            let angles = try ["pitch", "yaw", "roll"].map { try vectors("driving/\($0)").values[frame] }
            let rotation = HeadRotation(pitch: angles[0], yaw: angles[1], roll: angles[2]), back = rotation.degrees
            let expected = Array(try vectors("driving/R").values[9 * frame..<9 * frame + 9])
            #expect(Difference(Tensor(rotation.values, [9]), Tensor(expected, [9])).largest <= 1e-6)
            #expect(zip([back.pitch, back.yaw, back.roll], angles).allSatisfy { abs($0 - $1) < 1e-3 })
        }
    }

    @Test func theSmootherIsKalmans() throws {
        let input = try vectors("kalman/input"), rows = (0..<6).map { Array(input.values[63 * $0..<63 * $0 + 63]) }
        for (name, variance) in [("0.001", 1e-3), ("1e-05", 1e-5), ("3e-07", 3e-7)] {
            let found = KalmanSmoothing.smoothed(rows, variance: variance).flatMap { $0 }
            let difference = Difference(Tensor(found, input.shape), try vectors("kalman/variance=\(name)"))
            #expect(difference.largest <= 1e-6, "\(name): \(difference)")
        }
        #expect(KalmanSmoothing.variance(strength: 0) == 3e-7 && abs(KalmanSmoothing.variance(strength: 1) - 1e-3) < 1e-9)
    }

    @Test func theHullsVolume() throws {
        let points = try vectors("hull/points").values, expected = try vectors("hull/volume").values
        for index in 0..<2 {
            let found = Float(ConvexHull.volume(Array(points[63 * index..<63 * index + 63])))
            #expect(abs(found - expected[index]) <= 1e-6 * expected[index])
        }
        // A cube with points inside and on its faces, and points in a plane.
        let corners: [Float] = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1]
        let inside: [Float] = [0.5, 0.5, 0.5, 0.5, 0.5, 1, 0, 0.5, 0.25]
        let volume = ConvexHull.volume(corners + inside)
        #expect(abs(volume - 1) < 1e-12)
        #expect(ConvexHull.volume([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0.5, 0.2, 0]) == 0)
    }

    @Test func slidersAddTheirPart() throws {
        let sliders: [String: LivePortraitControl] = [
            "smile": .smile, "wink": .wink, "eyebrow": .brow, "lip_variation_zero": .pout, "lip_variation_one": .purse,
            "lip_variation_two": .grin, "lip_variation_three": .open, "mov_x": .across, "mov_y": .down,
        ]
        let names = vectors.names(under: "edit/")
        #expect(names.count == 13)
        for name in names {
            let parts = name.split(separator: "="), amounts = parts[1].split(separator: ",").map { Float($0)! }
            var found = [Float](repeating: 0, count: 63)
            let moved =
                amounts.count == 2
                ? [(LivePortraitControl.gaze, amounts[0]), (.gazeDown, amounts[1])] : [(sliders[String(parts[0])]!, amounts[0])]
            for (control, amount) in moved { found = zip(found, control.expression(amount)).map { $0 + $1 } }
            let difference = Difference(Tensor(found, [1, 21, 3]), try vectors("edit/" + name))
            #expect(difference.largest <= 1e-7, "\(name): \(difference)")
        }
        #expect(network.controls.map(\.name).count == Set(network.controls.map(\.name)).count)
        #expect(network.controls.map(\.number) == Array(1...network.controls.count))
    }

    @Test func theNeutralExpressionIsTheAuthors() throws {
        #expect(Difference(Tensor(FacePart.neutral, [1, 21, 3]), try vectors("constant/lip_array")).largest == 0)
    }

    /// Animals: at the reference frame the portrait's own points; later what changed, at the portrait's size.
    @Test func animalsAreScaledByTheirHulls() throws {
        var transfer = Transfer()
        transfer.isOfAnimals = true
        transfer.stitches = false
        let source = try head("source", 0), first = try head("driving", 0), later = try head("driving", 2)
        let work = MotionTransfer(transfer: transfer, networks: network.pointNetworks)
        func points(_ driving: HeadMotion) -> [Float] {
            let candidate = work.candidate(source, driving: driving, reference: first)
            return work.target(candidate, source, driving: driving, reference: first).points(own: source.ownPoints, network.pointNetworks)
        }
        #expect(zip(points(first), source.ownPoints).allSatisfy { abs($0 - $1) < 1e-6 })
        func whole(_ driving: HeadMotion) -> [Float] {
            var head = source
            (head.expression, head.rotation, head.translation) = (driving.expression, driving.rotation, driving.translation)
            return head.ownPoints
        }
        let scale = Float((ConvexHull.volume(source.ownPoints) / ConvexHull.volume(whole(first))).squareRoot())
        let (start, end, own) = (whole(first), whole(later), source.ownPoints)
        let expected = own.indices.map { (index: Int) -> Float in own[index] + scale * (end[index] - start[index]) }
        #expect(zip(points(later), expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(arguments: ["template.pkl", "template-old-keys.pkl"]) func templatesAreRead(_ name: String) throws {
        let template = try MotionTemplate(path: Fixture.path("liveportrait/" + name))
        #expect(template.frames.count == 4 && template.rate == 25)
        for (index, frame) in template.frames.enumerated() {
            let expected = try head("driving", index)
            #expect(frame.expression == expected.expression && frame.rotation == expected.rotation && frame.scale == expected.scale)
            #expect(frame.translation == expected.translation && frame.opening == expected.opening)
        }
    }
}
