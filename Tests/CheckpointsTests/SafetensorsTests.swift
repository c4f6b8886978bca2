import Checkpoints
import Files
import Foundation
import Tensors
import TestSupport
import Testing

struct SafetensorsTests {
    /// A file of this header and as many bytes of values.
    private static func file(_ header: String, values: Int = 0) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return length + header.utf8 + [UInt8](repeating: 0, count: values)
    }

    @Test func whatTheFormatAllowsIsRead() throws {
        #expect(CheckpointBytes.problem(Self.file("{}")) == nil)
        #expect(CheckpointBytes.problem(Self.file(" {} ")) != nil, "the format begins with a brace")
        #expect(CheckpointBytes.problem(Self.file("{}   \n")) == nil)
        let spaced = #"{ "a\u00e9\ud83d\ude00\n" : { "shape":[ 1 , 2 ], "data_offsets" :[0,8], "dtype":"F32" } }"#
        #expect(try CheckpointBytes.open(Self.file(spaced, values: 8)).entries.map(\.name) == ["aé😀\n"])
        let reversed =
            #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#
        let checkpoint = try CheckpointBytes.open(Self.file(reversed, values: 6))
        #expect(checkpoint.entries.map(\.name) == ["b", "a"])
        #expect(try checkpoint.tensor("a").shape == [])
        let empty =
            #"{"a":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#
        #expect(try CheckpointBytes.open(Self.file(empty)).tensor("a").shape == [0, 9])
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 8, "damaged header"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}"#, 8, "damaged header"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x"#, 8, "header's end"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "cut short"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "1 bytes after its last tensor"),
        (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "reaches value 2 of a storage that holds 2"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8, "has 8 bytes, but 4 are expected"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "gap or overlap"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, "gap or overlap"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, 8, "more than 2 numbers"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "lacks its dtype"),
        (#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, 8, "lacks its dtype"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "impossible shape"),
        (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0, "impossible shape"),
        (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}"#, 0, "impossibly large"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}"#, 0, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "expected ']'"),
        (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, "whole number"),
        (#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1, "'F8_E4M3', which is not supported"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
            4, "'a' twice"
        ),
        (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "repeated field 'dtype'"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{"y":[[[[]]]]}}}"#, 4,
            "unexpected or repeated field 'x'"
        ),
        (#"{"a":[[[[[["#, 0, "expected '{'"), (#"{"a"#, 0, "closing quote"), ("{\"a\n\":", 0, "control character"),
        (#"{"\ud800":"#, 0, "surrogate"), (#"{"\x":"#, 0, "escaped"), (#"{"\u12g4":"#, 0, "hexadecimal"),
        (#"{"__metadata__":{"a":"b","a":"c"}}"#, 0, "'a' twice in its metadata"),
        (#"{"__metadata__":{"a":1}}"#, 0, "damaged header"),
    ])
    func whatTheFormatForbidsIsNamed(header: String, values: Int, problem: String) {
        let found = CheckpointBytes.problem(Self.file(header, values: values))
        #expect(found?.contains(problem) == true, "\(found ?? "opened")")
    }

    @Test func namesMustBeUTF8() {
        var bytes = Self.file(#"{"aa":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#)
        #expect(CheckpointBytes.problem(bytes) == nil)
        bytes[10] = 0xff
        #expect(CheckpointBytes.problem(bytes)?.contains("not UTF-8") == true)
    }

    /// A header of nothing but brackets must end at the first, however many follow.
    @Test func deepNestingIsNotFollowed() {
        let deep = "{\"a\":" + String(repeating: "[", count: 5_000_000)
        #expect(CheckpointBytes.problem(Self.file(deep))?.contains("expected '{'") == true)
        let objects = "{" + String(repeating: "\"a\":{", count: 1_000_000)
        #expect(CheckpointBytes.problem(Self.file(objects)) != nil)
    }

    @Test func aWrittenFileHoldsTheSameBits() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.safetensors")
        var random = RandomSource(seed: 3)
        var patterns = (0..<1000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        patterns += [.nan, .signalingNaN, -.nan, -0.0, .infinity, .leastNonzeroMagnitude]
        let tensors = [
            ("z first", Tensor(patterns, [patterns.count])), ("gen.\"q\"\\\n\u{1}é😀", random.normal([2, 3, 4])),
            ("scalar", Tensor([7], [])), ("empty", Tensor(zeros: [3, 0])),
        ]
        try SafetensorsFile.write(tensors, metadata: ["b": "2", "a\n": "1"], to: path, overwrite: false)
        let checkpoint = try Checkpoint.open(path)
        #expect(checkpoint.format == .safetensors)
        #expect(checkpoint.entries.map(\.name) == tensors.map(\.0))
        #expect(checkpoint.metadata == ["b": "2", "a\n": "1"])
        for (name, tensor) in tensors {
            let read = try checkpoint.tensor(name)
            #expect(read.shape == tensor.shape)
            #expect(read.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
        let bytes = try CheckpointBytes.read(path)
        let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect((8 + header) % 64 == 0)
        #expect(bytes.count == 8 + header + tensors.reduce(0) { $0 + $1.1.count * 4 })
        #expect(throws: FileError.self) { try SafetensorsFile.write(tensors, to: path, overwrite: false) }
        try SafetensorsFile.write([], to: path, overwrite: true)
        #expect(try Checkpoint.open(path).entries.isEmpty)
        #expect(folder.names == ["a.safetensors"])
    }

    /// Rounded by NumPy (float16) and PyTorch (bfloat16).
    @Test(arguments: [(ScalarType.float16, 1200), (.bfloat16, 2000)])
    func halvesAreRoundedAsOthersRound(type: ScalarType, least: Int) throws {
        let fixture = try Checkpoint.open(Fixture.path("checkpoints/rounding.safetensors"))
        let input = try fixture.tensor("\(type.name).input")
        let output = try fixture.tensor("\(type.name).output")
        #expect(input.count >= least && output.count == input.count)
        let folder = try TemporaryFolder()
        let path = folder.file("a.safetensors")
        try SafetensorsFile.write([("x", input)], as: type, to: path, overwrite: false)
        let written = try Checkpoint.open(path)
        #expect(written.entries.map(\.scalarType) == [type])
        #expect(written.entries.map(\.byteCount) == [input.count * 2])
        #expect(try written.tensor("x").patterns == output.patterns)
        #expect(output.patterns != input.patterns)
    }

    @Test func valuesTooLargeForHalvesAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.safetensors")
        let error = #expect(throws: FileError.self) {
            try SafetensorsFile.write([("w", Tensor([1, 70000], [2]))], as: .float16, to: path, overwrite: false)
        }
        #expect(error?.side == .output && error?.problem.contains("'w' holds 70000") == true)
        #expect(folder.names == [])
        try SafetensorsFile.write(
            [("w", Tensor([.infinity, -.infinity], [2]))], as: .float16, to: path, overwrite: false)
        #expect(try Checkpoint.open(path).tensor("w").values == [.infinity, -.infinity])
    }

    /// Longer than the writer's buffer, so that its joins are seen.
    @Test func longTensorsAreWrittenWhole() throws {
        let folder = try TemporaryFolder()
        let count = (1 << 17) + 5
        let tensor = Tensor((0..<count).map { Float($0 % 2048) }, [count])
        for type in [ScalarType.float32, .float16] {
            let path = folder.file("\(type).safetensors")
            try SafetensorsFile.write([("x", tensor), ("y", tensor)], as: type, to: path, overwrite: false)
            #expect(try Checkpoint.open(path).tensor("x").values == tensor.values)
            #expect(try Checkpoint.open(path).tensor("y").values == tensor.values)
        }
    }
}
