import Checkpoints
import Files
import TestSupport
import Tensors
import Testing

/// Frozen TensorFlow graphs, whole, hand-made and damaged.
@Suite struct FrozenGraphTests {
    private static let file = "speech/output_graph-tiny.pb"

    private func graph(_ bytes: [UInt8], name: String = "graph.pb") throws -> FrozenGraph {
        let file = FileBytes(bytes)
        return try FrozenGraph(bytes: file.bytes, owner: file, name: name)
    }

    private func problem(_ bytes: [UInt8], name: String = "graph.pb") -> String? {
        do {
            _ = try graph(bytes, name: name)
            return nil
        } catch let error as FileError {
            return error.problem
        } catch {
            return "an error of another kind: \(error)"
        }
    }

    // MARK: The wire format

    private func number(_ value: UInt64) -> [UInt8] {
        var (value, bytes) = (value, [UInt8]())
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7f) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    private func field(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] { number(field << 3 | 2) + number(UInt64(bytes.count)) + bytes }
    private func field(_ field: UInt64, _ text: String) -> [UInt8] { self.field(field, Array(text.utf8)) }
    private func field(_ field: UInt64, number value: UInt64) -> [UInt8] { number(field << 3) + number(value) }

    /// A node before those that are looked at.
    private var first: [UInt8] { field(1, field(1, "input_node") + field(2, "Placeholder")) }

    private func constant(_ name: String, type: UInt64, shape: [UInt64], _ values: [UInt8]) -> [UInt8] {
        let extents = shape.flatMap { field(2, field(1, number: $0)) }
        let tensor = field(1, number: type) + field(2, extents) + values
        let attribute = field(1, "value") + field(2, field(8, tensor))
        return field(1, field(1, name) + field(2, "Const") + field(5, attribute))
    }

    private func floats(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }

    @Test func aGraphIsRead() throws {
        let graph = try FrozenGraph.open(Fixture.path(Self.file))
        #expect(graph.nodes.contains { $0.name == "input_node" && $0.operation == "Placeholder" })
        #expect(graph.shape("h1") == [494, 24] && graph.shape("Minimum/y") == [])
        #expect(try graph.tensor("Minimum/y").values == [20])
        #expect(try graph.tensor("h2", rows: 3..<5).values == Array(try graph.tensor("h2").values[72..<120]))
        #expect(throws: FileError.self) { try graph.tensor("h9") }
    }

    /// Raw bytes, a list, single numbers, a repeated last one, halves and doubles.
    @Test func constantsAreReadAsTheyAreStored() throws {
        let halves = field(13, number(0x3c00) + number(0xc000))
        let doubles = [1.5, -2].flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        let bytes =
            constant("raw", type: 1, shape: [2], field(4, floats([1.5, -2])))
            + constant("list", type: 1, shape: [1, 2], field(5, floats([1.5, -2])))
            + constant("single", type: 1, shape: [2], number(5 << 3 | 5) + floats([1.5]) + number(5 << 3 | 5) + floats([-2]))
            + constant("filled", type: 1, shape: [2, 3], field(5, floats([0.5])))
            + constant("half", type: 19, shape: [2], halves) + constant("double", type: 2, shape: [2], field(4, doubles))
            + constant("size", type: 3, shape: [1], field(7, number(7))) + constant("scalar", type: 1, shape: [], field(5, floats([3])))
            // What a newer TensorFlow adds is passed over: numbers of 8 and 4 bytes, text.
            + number(9 << 3 | 1) + [UInt8](repeating: 1, count: 8) + number(9 << 3 | 5) + [1, 2, 3, 4] + field(12, "new")
        let graph = try graph(bytes)
        for name in ["raw", "list", "single", "double"] { #expect(try graph.tensor(name).values == [1.5, -2], "\(name)") }
        #expect(try graph.tensor("half").values == [1, -2] && graph.tensor("filled").values == [Float](repeating: 0.5, count: 6))
        #expect(try graph.tensor("filled", rows: 1..<2).shape == [1, 3])
        #expect(graph.shape("size") == nil && graph.shape("scalar") == [])
        #expect(graph.nodes.count == 8)
    }

    @Test func impossibleConstantsAreNamed() {
        let huge = UInt64(1) << 40
        for (values, shape, word) in [
            (field(4, floats([1])), [2], "found 4"), (field(4, floats([1])), [huge, huge], "impossible shape"),
            (field(5, floats([1, 2, 3])), [2], "lists 3 values"), ([], [2], "lists 0 values"), (field(5, [1, 2, 3]), [1], "broken number"),
            (field(5, floats([1])), [huge], "repeats 1 values"), (field(4, floats([1])), [UInt64.max], "impossible shape"),
        ] as [([UInt8], [UInt64], String)] {
            let found = problem(first + constant("w", type: 1, shape: shape, values))
            #expect(found?.contains(word) == true, "\(word): \(found ?? "read")")
        }
        #expect(problem(first + constant("h", type: 19, shape: [1], field(13, [0x80])))?.contains("does not end") == true)
        let twice = constant("w", type: 1, shape: [], field(5, floats([1])))
        #expect(problem(first + twice + twice)?.contains("two constants 'w'") == true)
    }

    @Test func otherFilesAreNamed() throws {
        func expect(_ bytes: [UInt8], _ word: String, name: String = "graph.pb") {
            let found = problem(bytes, name: name)
            #expect(found?.contains(word) == true, "\(word): \(found ?? "read")")
        }
        expect([], "is empty")
        expect([0, 0, 0, 0] + Array("TFL3".utf8) + [0], "TensorFlow Lite")
        expect(Array("version https://git-lfs".utf8), "Git LFS")
        expect(Array("<!DOCTYPE html>".utf8), "web page")
        expect([UInt8](repeating: 0x50, count: 100), "no frozen TensorFlow graph")
        expect(try MappedFile.contents(of: Fixture.path("speech/speech.wav"), upTo: 1 << 20), "no frozen TensorFlow graph")
        expect([UInt8](repeating: 7, count: 90), ".pbmm", name: "graph.pbmm")
        // The directory of a memory-mapped graph stands at the end; its place is the last number.
        let directory = field(1, field(2, "memmapped_package://.graph"))
        expect([UInt8](repeating: 7, count: 100) + directory + [100, 0, 0, 0, 0, 0, 0, 0], ".pbmm")
    }

    // MARK: Damage

    @Test func aGraphCutAnywhereIsNamedOrHasFewerNodes() throws {
        let bytes = try MappedFile.contents(of: Fixture.path(Self.file), upTo: 1 << 20), whole = try graph(bytes)
        for length in Array(0..<2000) + Array(stride(from: 2000, to: bytes.count, by: 997)) {
            do {
                let cut = try graph(Array(bytes[..<length]))
                #expect(cut.nodes.count < whole.nodes.count && whole.nodes.starts(with: cut.nodes))
            } catch let error as FileError {
                #expect(!error.problem.isEmpty && !error.problem.contains("\n"))
            }
        }
    }

    /// Nothing may crash, whatever bytes say.
    @Test func changedGraphsAreReadOrNamed() throws {
        let bytes = try MappedFile.contents(of: Fixture.path(Self.file), upTo: 1 << 20)
        var random = RandomSource(seed: Rounds.seed(11)), refused = 0
        // Structure is dense where weights are not: small constants and names.
        let structure = bytes.indices.filter { $0 < 1500 || bytes[$0] == 0x0a || bytes[$0] == 0x12 || bytes[$0] == 0x2a }
        for _ in 0..<Rounds.times(400) {
            var changed = bytes
            for _ in 0...Int(random.next() % 4) {
                changed[structure[Int(random.next() % UInt64(structure.count))]] = UInt8(truncatingIfNeeded: random.next())
            }
            do {
                let graph = try graph(changed)
                for node in graph.nodes where (graph.shape(node.name)?.reduce(1, *) ?? 0) < 1 << 20 && graph.shape(node.name) != nil {
                    _ = try graph.tensor(node.name)
                }
            } catch let error as FileError {
                refused += 1
                #expect(!error.problem.contains("\n"))
            }
        }
        #expect(refused > 0 || Rounds.areOther)
    }
}
