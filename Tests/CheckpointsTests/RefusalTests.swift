import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

/// Pickles that name what is no part of a checkpoint, archives of other kinds, and files made to exhaust a reader.
struct RefusalTests {
    @Test(arguments: [
        // On other systems the module is called nt.
        ("refused-system.pt", "'posix.system'"), ("refused-eval.pt", "'builtins.eval'"),
        ("refused-eval-legacy.pt", "'__builtin__.eval'"), ("refused-module.pt", "'torch.nn.modules.linear.Linear'"),
        ("refused-untyped.pt", "'torch.storage.UntypedStorage'"),
        ("refused-bare-tensor.pt", "one tensor without a name"),
        ("refused-pickle.pt", "'torch.storage._load_from_bytes'"), ("refused-torchscript.pt", "TorchScript program"),
        ("refused-compressed.pt", "compressed, which torch.save never does"),
        ("refused-big-endian.pt", "byte order 'big'"),
    ])
    func refusedByName(file: String, problem: String) throws {
        let path = Fixture.path("checkpoints/\(file)")
        let error = #expect(throws: FileError.self) { try Checkpoint.open(path) }
        #expect(error?.path == path && error?.side == .input)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "nothing")")
        #expect(!FileManager.default.fileExists(atPath: "lia-was-run"))
    }

    @Test func everyWayToNameAClassIsRefused() {
        let name = LegacyFile.text("os") + LegacyFile.text("system")
        let ways: [[UInt8]] = [
            LegacyFile.global("os", "system"), name + [0x93], Array("(ios\nsystem\n".utf8),
            LegacyFile.global("os", "system") + ")".utf8 + [0x81],
        ]
        for way in ways {
            let problem = CheckpointBytes.problem(LegacyFile.bytes(object: way))
            #expect(problem?.contains("names 'os.system'") == true, "\(problem ?? "opened")")
            #expect(problem?.contains("nothing was run") == true)
        }
        // A class out of a registry of numbers, an object out of a list, buffers from outside, persistent text.
        for code in "oP".utf8 + [0x82, 0x83, 0x84, 0x97, 0x98] {
            #expect(CheckpointBytes.problem(LegacyFile.bytes(object: [code]))?.contains("pickle code \(code)") == true)
        }
        // Names that only look like the known ones.
        for (module, known) in [
            ("torch", "FloatStorage.__init__"), ("torch._utils", "_rebuild_tensor_v2.__globals__"),
            ("torch", "load"), ("torch.storage", "FloatStorage"), ("torch\u{0}", "FloatStorage"),
        ] {
            #expect(
                CheckpointBytes.problem(LegacyFile.bytes(object: LegacyFile.global(module, known)))?.contains("names")
                    == true)
        }
    }

    @Test func aNameInAnErrorIsPrintable() {
        let problem = CheckpointBytes.problem(LegacyFile.bytes(object: LegacyFile.global("os\u{1b}[31m", "x")))
        #expect(problem != nil)
        let line = FileError(.input, "memory", problem ?? "").description
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        let long = CheckpointBytes.problem(
            LegacyFile.bytes(object: LegacyFile.global("os", String(repeating: "x", count: 4000))))
        #expect((long?.count ?? .max) < 500)
    }

    @Test func aTensorOutsideItsStorageIsRefused() throws {
        func problem(_ shape: [Int], _ strides: [Int], offset: Int = 0, stored: Int = 6) -> String? {
            let tensor = LegacyFile.tensor(shape: shape, strides: strides, offset: offset, count: stored)
            return CheckpointBytes.problem(
                LegacyFile.bytes(
                    object: LegacyFile.dictionary([("w", tensor)]),
                    storages: [("0", stored, [UInt8](repeating: 0, count: stored * 4))]))
        }
        #expect(problem([2, 3], [3, 1]) == nil)
        #expect(problem([2, 3], [1, 2]) == nil)
        #expect(problem([1 << 24], [0]) == nil)
        #expect(problem([0, 1 << 20], [1, 1], offset: 99) == nil)
        #expect(problem([2, 3], [3, 1], offset: 1)?.contains("'w' reaches value 6 of a storage that holds 6") == true)
        #expect(problem([2, 4], [3, 1])?.contains("reaches value 6") == true)
        #expect(problem([7], [1])?.contains("reaches value 6") == true)
        #expect(problem([2, 3], [-3, 1])?.contains("strides") == true)
        #expect(problem([-2, 3], [3, 1])?.contains("negative") == true)
        #expect(problem([2, 3], [3, 1], offset: -1)?.contains("negative") == true)
        #expect(problem([2, 3], [3])?.contains("strides") == true)
        #expect(problem([2], [.max])?.contains("reaches value") == true)
        #expect(problem([3], [.max])?.contains("impossible strides") == true)
        #expect(problem([.max, .max, 0], [1, 1, 1])?.contains("impossible shape") == true)
        #expect(problem([1 << 40], [0])?.contains("repeats 6 stored values") == true)
        #expect(problem([Int](repeating: 1, count: 40), [Int](repeating: 1, count: 40))?.contains("40 axes") == true)
        #expect(problem([1], [1], offset: 1 << 62)?.contains("reaches value") == true)
    }

    @Test func storagesMustFitTheirDescription() {
        func problem(counts: (described: Int, stored: Int), key: String = "0", littleEndian: Bool = true) -> String? {
            let tensor = LegacyFile.tensor(shape: [1], strides: [1], count: counts.described)
            return CheckpointBytes.problem(
                LegacyFile.bytes(
                    object: LegacyFile.dictionary([("w", tensor)]), littleEndian: littleEndian,
                    storages: [(key, counts.stored, [UInt8](repeating: 0, count: 24))]))
        }
        #expect(problem(counts: (6, 6)) == nil)
        #expect(problem(counts: (6, 5))?.contains("5 values, expected 6") == true)
        #expect(problem(counts: (7, 7))?.contains("cut short") == true)
        #expect(problem(counts: (1 << 61, 1 << 61))?.contains("cut short") == true)
        #expect(problem(counts: (6, 6), key: "1")?.contains("none of its tensors") == true)
        #expect(problem(counts: (6, 6), littleEndian: false)?.contains("big-endian") == true)
    }

    @Test func twoTensorsOfOneNameAreRefused() {
        let tensor = LegacyFile.tensor(shape: [1], strides: [1], count: 1)
        let object = LegacyFile.dictionary([("a.b", tensor), ("a", LegacyFile.dictionary([("b", tensor)]))])
        let bytes = LegacyFile.bytes(object: object, storages: [("0", 1, [0, 0, 0, 0])])
        #expect(CheckpointBytes.problem(bytes)?.contains("two tensors 'a.b'") == true)
    }

    /// Each of these would take hours, gigabytes or the whole stack if it were followed.
    @Test func exhaustingPicklesEndSoon() {
        let clock = ContinuousClock()
        func refused(_ object: [UInt8], _ text: String, _ comment: Comment) {
            var problem: String?
            let time = clock.measure { problem = CheckpointBytes.problem(LegacyFile.bytes(object: object)) }
            #expect(problem?.contains(text) == true, comment)
            #expect(time < .seconds(10), comment)
        }
        refused("]q\u{0}h\u{0}a".utf8 + [], "contains itself", "a list in itself")
        refused("]q\u{0}(h\u{0}h\u{0}h\u{0}e".utf8 + [], "contains itself", "a list three times in itself")
        refused("}q\u{0}".utf8 + LegacyFile.text("x") + "h\u{0}s".utf8, "contains itself", "a dictionary in itself")
        refused(
            [UInt8](repeating: UInt8(ascii: "]"), count: 1_000_000)
                + [UInt8](repeating: UInt8(ascii: "a"), count: 999_999),
            "more than 64 deep", "a million lists, each in the other")
        // 60 dictionaries, each twice in the next: 2⁶⁰ paths.
        var laughs = Array("}q\u{0}".utf8)
        for level in UInt8(1)...60 {
            laughs += "}(".utf8 + LegacyFile.text("a") + "h".utf8 + [level - 1]
            laughs += LegacyFile.text("b") + "h".utf8 + [level - 1] + "uq".utf8 + [level]
        }
        refused(laughs, "more values than", "2⁶⁰ paths")
        // A list of 1000 pairs made into a dictionary again and again.
        let pair = LegacyFile.tuple([LegacyFile.text("k"), Array("N".utf8)])
        var copies = "](".utf8 + (0..<1000).flatMap { _ in pair } + "eq\u{0}0".utf8
        copies += LegacyFile.global("collections", "OrderedDict") + "q\u{1}0".utf8
        copies += (0..<100_000).flatMap { _ in "h\u{1}h\u{0}".utf8 + [0x85] + "R0".utf8 }
        refused(copies, "more values than", "copies of a list")
        refused([UInt8](repeating: UInt8(ascii: "N"), count: 5_000_000), "more values than", "a stack of millions")
        refused([UInt8](repeating: UInt8(ascii: "("), count: 5_000_000), "more values than", "millions of marks")
        refused([0x8d] + [UInt8](repeating: 0xff, count: 8), "impossible size", "a string of 2⁶⁴ bytes")
        refused([0x8d, 0, 0, 0, 0, 0, 0, 0, 0x40], "string of", "a string of 2⁶² bytes")
        refused([0x8e, 0, 0, 0, 0, 0, 0, 0, 0x40], "cut short", "2⁶² bytes")
        refused([0x8b, 0xff, 0xff, 0xff, 0x7f], "whole number of", "a number of 2³¹ bytes")
        refused([UInt8(ascii: "j"), 0xff, 0xff, 0xff, 0xff], "refers to value", "a value that was not made")
        refused("N".utf8 + [], "holds None", "no container")
    }
}
