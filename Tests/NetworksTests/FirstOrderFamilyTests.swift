import Checkpoints
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// The First Order Motion Model as a family, from pictures to pictures, against the authors' modules on small networks.
@Suite struct FirstOrderFamilyTests {
    private let vectors: ReferenceVectors
    private let folder: TemporaryFolder

    init() throws {
        vectors = try ReferenceVectors.file("fomm/cases.safetensors")
        folder = try TemporaryFolder()
    }

    private func model(_ kind: FirstOrderTests.Kind, settings: [String: String] = [:]) throws -> FirstOrderMotionModel {
        let checkpoint = try Checkpoint.open(Fixture.path(kind.file))
        return try #require(try Families.network(checkpoint, settings: settings) as? FirstOrderMotionModel)
    }

    /// A picture of the vectors in [−1, 1].
    private func picture(_ name: String, _ index: Int = 0) throws -> Tensor {
        let all = try vectors(name), own = all.items(index..<index + 1)
        return Tensor(own.values.map { 2 * $0 - 1 }, own.shape)
    }

    private func expectClose(_ found: Tensor, _ name: String, _ index: Int) throws {
        let expected = try picture(name, index), difference = Difference(found, expected)
        // 1e-5 of [0, 1].
        #expect(difference.largest <= 2e-5, "\(name) \(index): \(difference)")
    }

    /// The settings beside the files are read: sizes, temperature and padding.
    @Test(arguments: FirstOrderTests.Kind.allCases) func picturesAreTheAuthors(_ kind: FirstOrderTests.Kind) throws {
        let model = try model(kind), portrait = model.encode(try picture("\(kind)/source"))
        #expect(model.networks.configuration.settings == kind.settings && model.inputSize == kind.settings.size)
        let driving = try (0..<3).map { model.read(try picture("\(kind)/driving", $0)).motion }
        #expect(driving[0].shape == [1, model.motionCount])
        var relative = Transfer(.relative)
        for frame in 0..<3 {
            let absolute = model.transfer(Transfer(.absolute), driving: driving[frame], reference: driving[0], to: portrait)
            #expect(absolute.values == driving[frame].values)
            try expectClose(portrait.picture(absolute), "\(kind)/absolute", frame)
            try expectClose(
                portrait.picture(model.transfer(relative, driving: driving[frame], reference: driving[0], to: portrait)),
                "\(kind)/relative",
                frame)
        }
        relative.adaptsScale = true
        let adapted = model.transfer(relative, driving: driving[2], reference: driving[0], to: portrait)
        try expectClose(portrait.picture(adapted), "\(kind)/relative_adapt_last", 0)
        let motion = PointMotion(row: adapted.values, hasJacobians: kind != .plain)
        let expected = try vectors("\(kind)/relative_adapt_kp/value").items(2..<3).values
        for (index, point) in motion.points.enumerated() {
            #expect(abs(point.place.x - expected[2 * index]) <= 1e-4 && abs(point.place.y - expected[2 * index + 1]) <= 1e-4)
        }
        guard kind == .adv else { return }
        for (place, frame) in [0, 2].enumerated() {
            let target = model.transfer(relative, driving: driving[frame], reference: driving[1], to: portrait)
            try expectClose(portrait.picture(target), "adv/best_frame_1", place)
        }
        let aligned = try self.model(.adv, settings: ["align_corners": "true"]).encode(try picture("adv/source"))
        try expectClose(aligned.picture(driving[2]), "adv/absolute_align_corners_last", 0)
    }

    /// In the reference frame relative motion is the portrait's own, whatever the scale; at strength 0 always.
    @Test func theReferenceFrameIsThePortrait() throws {
        let model = try model(.adv), portrait = model.encode(try picture("adv/source"))
        let driving = try (0..<3).map { model.read(try picture("adv/driving", $0)).motion }
        for adapts in [false, true] {
            var transfer = Transfer(.relative)
            transfer.adaptsScale = adapts
            let same = model.transfer(transfer, driving: driving[1], reference: driving[1], to: portrait)
            #expect(Difference(same, portrait.motion).largest <= 1e-5)
            transfer.strength = 0
            #expect(
                Difference(model.transfer(transfer, driving: driving[2], reference: driving[1], to: portrait), portrait.motion).largest
                    <= 1e-6)
        }
        #expect(model.distance(driving[0], driving[0]) == 0 && model.distance(driving[0], driving[2]) > 0)
        // The distance knows neither place nor size.
        var moved: [Float] = []
        for point in PointMotion(row: driving[0].values, hasJacobians: true).points {
            let place = point.place / 2 + SIMD2<Float>(0.3, -0.1)
            moved += [place.x, place.y, 1, 0, 0, 1]
        }
        #expect(model.distance(driving[0], Tensor(moved, [1, 30])) < 1e-6)
    }

    @Test func composedMotionEqualsReference() throws {
        let o = try ReferenceVectors.file("fomm/operators.safetensors")
        for (name, adapts) in [("relative_motion", false), ("relative_motion_adapt", true)] {
            func motion(_ index: Int, _ kind: String = "input") throws -> PointMotion {
                let (places, maps) = (try o("\(name)/\(kind)\(index)").values, try o("\(name)/\(kind)\(index + 1)").values)
                var row: [Float] = []
                for point in 0..<6 { row += Array(places[2 * point..<2 * point + 2]) + Array(maps[4 * point..<4 * point + 4]) }
                return PointMotion(row: row, hasJacobians: true)
            }
            let found = PointMotion.relative(own: try motion(0), driving: try motion(2), reference: try motion(4), adaptsScale: adapts)
            let expected = try motion(0, "output")
            #expect(zip(found.row, expected.row).allSatisfy { abs($0 - $1) <= 1e-4 }, "\(name)")
        }
        let (sets, areas) = (try o("hull_area/input0"), try o("hull_area/output0").values)
        for (index, area) in areas.enumerated() {
            #expect(abs(ConvexHull.area(sets.items(index..<index + 1).values) - Double(area)) <= 1e-5 * Double(area))
        }
        func landmarks(_ tensor: Tensor) -> PointShape {
            let values = tensor.values
            return PointShape((0..<68).map { SIMD2(values[2 * $0], values[2 * $0 + 1]) })
        }
        let face = landmarks(try o("best_frame/source_landmarks")), frames = try o("best_frame/driving_landmarks")
        for (index, expected) in try o("best_frame/distances").values.enumerated() {
            let found = face.distance(to: landmarks(frames.items(index..<index + 1)))
            #expect(abs(found - expected) <= 1e-4 * expected + 1e-6, "\(found), \(expected)")
        }
        // Points on a line, equal ones, and too few have no area: the scale then stays.
        #expect(
            ConvexHull.area([0, 0, 1, 1, 2, 2, 3, 3]) == 0 && ConvexHull.area([1, 1, 1, 1, 1, 1]) == 0 && ConvexHull.area([1, 2]) == 0)
        let line = PointMotion(row: [0, 0, 1, 1, 2, 2], hasJacobians: false),
            other = PointMotion(row: [0, 0, 1, 0, 0, 1], hasJacobians: false)
        let same = PointMotion.relative(own: line, driving: other, reference: line, adaptsScale: true)
        #expect(same.row == other.row)
    }

    @Test func controlsMoveOnePoint() throws {
        let model = try model(.adv), portrait = model.encode(try picture("adv/source"))
        #expect(model.controls.count == 20 && model.controls[4].name == "kp2.x" && model.controls[19].name == "kp5.turn")
        #expect(model.controls.map(\.number) == Array(1...20) && model.controls[4].group == "Key point 2")
        func edited(_ changes: [Int: Float]) -> PointMotion {
            let amounts = (1...20).map { changes[$0] ?? 0 }
            return PointMotion(row: portrait.edited(portrait.motion, by: amounts).values, hasJacobians: true)
        }
        let own = edited([:])
        #expect(own.row == portrait.motion.values)
        #expect(edited([5: 0.25, 6: -0.5]).points[1].place == own.points[1].place + SIMD2(0.25, -0.5))
        let (spread, turned) = (edited([7: 1]), edited([8: 90]))
        let map = own.points[1].jacobian!
        #expect(spread.points[1].jacobian == PlaneMap(2, 0, 0, 2) * map)
        let quarter = PlaneMap(0, -1, 1, 0) * map, found = turned.points[1].jacobian!
        #expect(zip(quarter.values, found.values).allSatisfy { abs($0 - $1) < 1e-5 })
        for index in [0, 2, 3, 4] { #expect(spread.points[index] == own.points[index]) }
        // Without Jacobians, places alone.
        #expect(try self.model(.plain).controls.map(\.name) == ["kp1.x", "kp1.y", "kp2.x", "kp2.y", "kp3.x", "kp3.y"])
        // Motion along some controls alone.
        let driving = model.read(try picture("adv/driving", 2)).motion
        var transfer = Transfer(.absolute, controls: Set(1...20))
        #expect(model.transfer(transfer, driving: driving, reference: driving, to: portrait).values == driving.values)
        transfer.controls = [1, 7]
        let some = PointMotion(row: model.transfer(transfer, driving: driving, reference: driving, to: portrait).values, hasJacobians: true)
        let all = PointMotion(row: driving.values, hasJacobians: true)
        #expect(some.points[0].place.x == all.points[0].place.x && some.points[0].place.y == own.points[0].place.y)
        let angle = (some.points[1].jacobian! * map.inverse).turn
        let ratio = (some.points[1].jacobian! * map.inverse).factor, expected = (all.points[1].jacobian! * map.inverse).factor
        #expect(abs(ratio - expected) <= 1e-4 * expected && abs(angle) < 1e-4)
        #expect(some.points[4] == own.points[4])
    }

    @Test(arguments: FirstOrderTests.Kind.allCases) func viewsAreShown(_ kind: FirstOrderTests.Kind) throws {
        let model = try model(kind), portrait = model.encode(try picture("\(kind)/source"))
        let driving = model.read(try picture("\(kind)/driving", 2)).motion
        var seen: [String: Tensor] = [:]
        _ = portrait.picture(driving) { seen[$0.view] = $0.values }
        #expect(Set(seen.keys) == Set(model.views.map(\.name)) && (seen["mask"] == nil) == (kind == .plain))
        for view in model.views {
            let values = try #require(seen[view.name]), planes = [.flow: 2, .mask: 1][view.kind] ?? 3
            #expect(values.shape == [1, planes, view.sides[0], view.sides[0]] && values.isFinite, "\(view.name)")
            if let path = ProcessInfo.processInfo.environment["LIA_TEST_PICTURES"], planes == 3 {
                try Picture(values).write(to: "\(path)/\(kind)-\(view.name).png")
            }
        }
    }

    // MARK: What does not fit

    private func problem(_ path: String, settings: [String: String] = [:]) -> String {
        do {
            _ = try Families.network(Checkpoint.open(path), settings: settings)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    /// A small checkpoint with some tensors left out or changed.
    private func write(_ name: String, _ change: (String, Tensor) -> Tensor?) throws -> String {
        let original = try Checkpoint.open(Fixture.path("fomm/fomm-adv-tiny.pth.tar"))
        let tensors = try original.entries.filter { !$0.name.hasPrefix("optimizer") }.compactMap { entry in
            change(entry.name, try original.tensor(entry.name)).map { (name: entry.name, tensor: $0) }
        }
        try SafetensorsFile.write(tensors, to: folder.file(name), overwrite: true)
        return folder.file(name)
    }

    /// Data-parallel training wraps each member's network in "module.".
    @Test(arguments: ["", "state."]) func wrappedMembersAreTheNetworks(prefix: String) throws {
        let original = try Checkpoint.open(Fixture.path("fomm/fomm-adv-tiny.pth.tar"))
        let tensors = try original.entries.filter { !$0.name.hasPrefix("optimizer") && $0.name.contains(".") }.map { entry in
            let dot = entry.name.firstIndex(of: ".")!
            return (
                name: "\(prefix)\(entry.name[..<dot]).module\(entry.name[dot...])", tensor: try original.tensor(entry.name)
            )
        }
        try SafetensorsFile.write(tensors, to: folder.file("wrapped.safetensors"), overwrite: true)
        let network = try Families.network(Checkpoint.open(folder.file("wrapped.safetensors")))
        let plain = try Families.network(original)
        #expect(network is FirstOrderMotionModel && network.parameters.count == plain.parameters.count)
        for (found, expected) in zip(network.parameters, plain.parameters) { #expect(found.value.values == expected.value.values) }
    }

    @Test func misfitsAreRefusedInOneLine() throws {
        let cases: [(said: String, path: String)] = [
            ("lacks the member kp_detector", try write("a.safetensors") { $0.hasPrefix("kp_detector") ? nil : $1 }),
            ("lacks the member generator", try write("b.safetensors") { $0.hasPrefix("generator") ? nil : $1 }),
            (
                "1 missing: generator.first.conv.bias",
                try write("c.safetensors") { $0 == "generator.first.conv.bias" ? nil : $1 }
            ),
            (
                "lacks generator.up_blocks.0.conv.weight",
                try write("d.safetensors") { $0 == "generator.up_blocks.0.conv.weight" ? nil : $1 }
            ),
            (
                "7 rows of Jacobians for 5 key points",
                try write("e.safetensors") { $0 == "kp_detector.jacobian.weight" ? Tensor(zeros: [7, 7, 7, 7]) : $1 }
            ),
            (
                "down.weight is 7×7, not 5×5, 13×13 or 29×29",
                try write("f.safetensors") { $0 == "kp_detector.down.weight" ? Tensor(zeros: [3, 1, 7, 7]) : $1 }
            ),
            (
                "its values differ from the fixed kernel",
                try write("g.safetensors") { $0 == "kp_detector.down.weight" ? Tensor(zeros: [3, 1, 13, 13]) : $1 }
            ),
        ]
        for (said, path) in cases {
            let problem = problem(path)
            #expect(problem.contains(said) && problem.contains(path) && !problem.contains("\n"), "\(problem)")
        }
        // Members that animation does not need may be damaged or absent.
        #expect(problem(try write("h.safetensors") { $0.hasPrefix("discriminator.") ? Tensor(repeating: .nan, [1]) : $1 }) == "none")
    }

    @Test func settingsThatContradictAreRefused() throws {
        let copy = folder.file("net.pth.tar")
        try FileManager.default.copyItem(atPath: Fixture.path("fomm/fomm-adv-tiny.pth.tar"), toPath: copy)
        let plain = try ModelLocator.model(copy)
        #expect(plain.network.inputSize == 256 && plain.name == "net")
        for (text, said) in [
            (#"{"common_params": {"num_kp": 10}}"#, "says common_params.num_kp 10, but the checkpoint's tensors have 5"),
            (#"{"common_params": {"estimate_jacobian": false}}"#, "estimate_jacobian 0, but the checkpoint's tensors have 1"),
            (#"{"kp_detector_params": {"single_jacobian_map": true}}"#, "single_jacobian_map 1"),
            (#"{"generator_params": {"dense_motion_params": {"num_blocks": 5}}}"#, "num_blocks 5"),
            (#"{"size": 80}"#, "expected a size that is a multiple of 32 px and at most 4096 px, found 80 px"),
            (#"{"temperature": 0}"#, "expected a temperature and a heatmap variance above 0"),
            (#"{"temperature": "hot"}"#, "its temperature is no number"), (#"{"keypoint_padding": 1.5}"#, "key point padding"),
            (#"{"detector_scale": 3}"#, "expected scales of 1, ½, ¼ or ⅛"), ("[1]", "is no JSON object of settings"),
            (#"{"dataset_params": {"frame_shape": [64, 96, 3]}}"#, "is not square"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("net.config.json")))
            let problem = problem(copy)
            #expect(problem.contains(said) && problem.contains("net.config.json") && !problem.contains("\n"), "\(problem)")
        }
        // Another scale than the checkpoint's is no contradiction: 128 px at ⅛ have the maps of 64 px at ¼.
        try Data(#"{"size": 128, "detector_scale": 8, "motion_scale": 8}"#.utf8).write(to: URL(fileURLWithPath: folder.file("net.json")))
        try FileManager.default.removeItem(atPath: folder.file("net.config.json"))
        let model = try #require(try ModelLocator.model(copy).network as? FirstOrderMotionModel)
        #expect(model.inputSize == 128 && model.networks.configuration.detectorScale == 8)
        let portrait = model.encode(Tensor(zeros: [1, 3, 128, 128]))
        #expect(portrait.picture(portrait.motion).shape == [1, 3, 128, 128])
        // The authors' own configurations are YAML.
        try FileManager.default.removeItem(atPath: folder.file("net.json"))
        let yaml = folder.file("net.yaml")
        func configured(_ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(fileURLWithPath: yaml))
            return problem(copy)
        }
        let authors = """
            dataset_params:
              frame_shape: [64, 64, 3]  # of the pictures
            model_params:
              common_params: {num_kp: 5, estimate_jacobian: True}
              kp_detector_params: {temperature: 0.2}
            """
        #expect(try configured(authors) == "none")
        let own = try #require(try ModelLocator.model(copy).network as? FirstOrderMotionModel)
        #expect(own.inputSize == 64 && own.networks.configuration.settings.temperature == 0.2)
        #expect(try configured(authors.replacingOccurrences(of: "num_kp: 5", with: "num_kp: 10")).contains("says common_params.num_kp 10"))
        // Each of nine lists holds the one before ten times.
        let laughs = (1...9).map {
            "a\($0): &a\($0) [\(Array(repeating: $0 == 1 ? "1" : "*a\($0 - 1)", count: 10).joined(separator: ", "))]"
        }
        for wrong in ["- 1", "a: [1", laughs.joined(separator: "\n"), String(repeating: "[", count: 100_000), "\u{0}"] {
            let problem = try configured(wrong)
            #expect(problem.contains("net.yaml: is no YAML mapping of settings"), "\(wrong.prefix(20)): \(problem)")
        }
        #expect(try configured("").contains("net.yaml: "))
        // As does a converted model.
        try ModelFolder.write(model, usesDetail: false, to: folder.file("wide"), weights: .float32, origin: "net", overwrite: false)
        let again = try #require(try ModelLocator.model(folder.file("wide")).network as? FirstOrderMotionModel)
        #expect(again.measures == model.measures && again.inputSize == 128)
    }
}
