import Checkpoints
import Files
import Foundation
import TestSupport
import Tensors
import Testing

/// Pickles of plain values and NumPy arrays: read as they are, and refused in one line where they hold anything else.
@Suite struct PickledValueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ bytes: [UInt8]) throws -> PickledValue {
        let path = folder.file("\(UUID().uuidString).pkl")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try PickledValue(path: path)
    }

    /// What reading reports.
    private func problem(_ codes: [UInt8]) -> String? {
        do {
            _ = try read(LegacyFile.pickle(codes))
            return nil
        } catch let error as FileError {
            return error.side == .input && !error.problem.contains("\n") ? error.problem : "an error of another kind: \(error)"
        } catch {
            return "an error of another type: \(error)"
        }
    }

    /// A float array, as NumPy writes it.
    private static func array(
        module: String = "numpy.core.multiarray", type: String = "f4", order: String = "<", shape: [Int], isColumns: Bool = false,
        bytes: [UInt8]
    ) -> [UInt8] {
        let none: [UInt8] = [UInt8(ascii: "N")], minus = LegacyFile.integer(-1), call: [UInt8] = [UInt8(ascii: "R")]
        let build: [UInt8] = [UInt8(ascii: "b")], code: [UInt8] = [UInt8(ascii: "C"), 1, 98]
        var made = LegacyFile.global(module, "_reconstruct")
        made += LegacyFile.tuple([LegacyFile.global("numpy", "ndarray"), LegacyFile.tuple([LegacyFile.integer(0)]), code])
        made += call
        var kind = LegacyFile.global("numpy", "dtype")
        kind += LegacyFile.tuple([LegacyFile.text(type), [0x89], [0x88]])
        kind += call
        kind += LegacyFile.tuple([
            LegacyFile.integer(3), LegacyFile.text(order), none, none, none, minus, minus, LegacyFile.integer(0),
        ])
        kind += build
        let content: [UInt8] = [UInt8(ascii: "C"), UInt8(bytes.count)] + bytes
        made += LegacyFile.tuple([
            LegacyFile.integer(1), LegacyFile.tuple(shape.map(LegacyFile.integer)), kind, [isColumns ? 0x88 : 0x89], content,
        ])
        return made + build
    }

    private static let two: [UInt8] = [0, 0, 128, 63, 0, 0, 32, 192]

    @Test(arguments: ["numpy.core.multiarray", "numpy._core.multiarray"]) func arraysAreRead(_ module: String) throws {
        guard case .array(let shape, let values) = try read(LegacyFile.pickle(Self.array(module: module, shape: [1, 2], bytes: Self.two)))
        else {
            Issue.record("no array")
            return
        }
        #expect(shape == [1, 2] && values == [1, -2.5])
    }

    @Test func columnsMayComeFirst() throws {
        let bytes = [1, 2, 3, 4, 5, 6].flatMap { (value: Float) in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        guard case .array(let shape, let values) = try read(LegacyFile.pickle(Self.array(shape: [1, 2, 3], isColumns: true, bytes: bytes)))
        else {
            Issue.record("no array")
            return
        }
        #expect(shape == [1, 2, 3] && values == [1, 3, 5, 2, 4, 6])
    }

    @Test(arguments: ["template.pkl", "template-old-keys.pkl"]) func templatesAreDictionaries(_ name: String) throws {
        let path = Fixture.path("liveportrait/" + name)
        #expect(PickledValue.isPickle(path) && !PickledValue.isPickle(Fixture.path("checkpoints/types.safetensors")))
        guard case .dictionary(let content) = try PickledValue(path: path), case .list(let motion)? = content["motion"],
            case .number(let count)? = content["n_frames"], case .dictionary(let first)? = motion.first,
            case .array(let shape, _)? = first["exp"]
        else {
            Issue.record("no template")
            return
        }
        #expect(motion.count == 4 && count == 4 && shape == [1, 21, 3])
    }

    /// The first frame of template.pkl with ordered dictionaries and NumPy's numbers, by the oldest and the newest of the protocols.
    @Test(arguments: [2, 5]) func protocolsSayTheSame(_ version: Int) throws {
        guard case .dictionary(let whole) = try PickledValue(path: Fixture.path("liveportrait/template.pkl")),
            case .dictionary(let content) = try PickledValue(path: Fixture.path("liveportrait/template-protocol-\(version).pkl")),
            case .list(let all)? = whole["motion"], case .list(let one)? = content["motion"],
            case .dictionary(let expected)? = all.first, case .dictionary(let found)? = one.first
        else {
            Issue.record("no template")
            return
        }
        #expect(content["n_frames"]?.number == 1 && content["output_fps"]?.number == 25 && Set(found.keys) == Set(expected.keys))
        for (name, value) in expected {
            guard case .array(let shape, let values) = value, case .array(let foundShape, let foundValues)? = found[name] else {
                Issue.record("\(name) is no array")
                continue
            }
            #expect(shape == foundShape && values == foundValues && !values.isEmpty, "\(name)")
        }
    }

    @Test func everythingElseIsRefusedByName() {
        for (module, name) in [
            ("os", "system"), ("builtins", "eval"), ("numpy", "load"), ("torch._utils", "_rebuild_tensor_v2"),
            ("datetime", "datetime"),
        ] {
            let ways: [[UInt8]] = [
                LegacyFile.global(module, name) + LegacyFile.tuple([LegacyFile.text("touch lia-was-run")]) + "R".utf8,
                LegacyFile.text(module) + LegacyFile.text(name) + [0x93],
            ]
            for way in ways { #expect(problem(way)?.contains("names '\(module).\(name)'") == true, "\(problem(way) ?? "read")") }
        }
        #expect(problem(Array("(ios\nsystem\n".utf8))?.contains("nothing was run") == true)
        #expect(!FileManager.default.fileExists(atPath: "lia-was-run"))
    }

    @Test func damagedArraysAreNamed() {
        let cases: [([UInt8], String)] = [
            (Self.array(shape: [3], bytes: Self.two), "an array of shape [3] in 8 bytes"),
            (Self.array(shape: [-2], bytes: Self.two), "impossible shape"),
            (Self.array(shape: [Int.max, 16], bytes: Self.two), "impossible shape"),
            (Self.array(type: "c8", shape: [1], bytes: Self.two), "type '<c8'"),
            (Self.array(order: ">", shape: [2], bytes: Self.two), "type '>f4'"),
            (Self.array(type: "O8", shape: [1], bytes: Self.two), "type '<O8'"),
            // Contains itself.
            (Array("]q\u{0}h\u{0}a".utf8), "contains itself"),
            (Array("N".utf8) + Array("b".utf8), "a value is missing"),
        ]
        for (codes, expected) in cases { #expect(problem(codes)?.contains(expected) == true, "\(expected): \(problem(codes) ?? "read")") }
    }

    /// Whatever is changed or cut, the answer is a value or one line.
    @Test func damagedTemplatesNeverCrash() throws {
        let whole = try CheckpointBytes.read(Fixture.path("liveportrait/template.pkl"))
        var random = RandomSource(seed: Rounds.seed(11))
        var refused = 0
        let count = Rounds.times(3000)
        for _ in 0..<count {
            var bytes = whole
            for _ in 0..<1 + Int(random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            do { _ = try read(bytes) } catch let error as FileError {
                refused += 1
                #expect(!error.problem.isEmpty && !error.problem.contains("\n"))
            }
        }
        #expect(refused > count / 20 && refused < count)
    }
}
