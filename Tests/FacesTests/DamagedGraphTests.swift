import Checkpoints
import Faces
import Files
import Foundation
import Tensors
import TestSupport
import Testing

/// Graph files cut at every byte and changed at random: each is named in one line, or is a network that runs.
@Suite struct DamagedGraphTests {
    private static let bytes = try? Data(contentsOf: URL(fileURLWithPath: Fixture.path("faces/tiny.tflite")))
    /// More of them by LIA_FUZZ_ROUNDS=40000.
    private static let rounds = ProcessInfo.processInfo.environment["LIA_FUZZ_ROUNDS"].flatMap(Int.init) ?? 6000

    /// What opening and running a file of these bytes reports; nil when it is a network that runs.
    private func problem(_ bytes: [UInt8]) -> String? {
        let owner = FileBytes(bytes)
        do {
            let file = try GraphFile(bytes: owner.bytes, owner: owner, name: "memory")
            for index in file.tensors.indices where file.tensors[index].count < 1 << 16 {
                _ = (file.constant(index)?.isFinite, file.integers(index))
            }
            let network = try GraphNetwork(file)
            // A network that grew far is not run here.
            if file.tensors.reduce(0, { $0 + $1.count }) < 1 << 18 { _ = network(Tensor(repeating: 0.5, network.inputShape)) }
            return nil
        } catch let error as FileError {
            let isOneLine = error.side == .input && error.path == "memory" && !error.description.contains("\n")
            return isOneLine ? error.problem : "not one line: \(error)"
        } catch {
            return "not one line: an error of another type: \(error)"
        }
    }

    @Test func aFileCutAtAnyByteIsNamed() throws {
        let bytes = [UInt8](try #require(Self.bytes))
        #expect(problem(bytes) == nil)
        var named = 0
        for length in 0..<bytes.count {
            guard let problem = problem(Array(bytes[..<length])) else { continue }
            named += 1
            if problem.isEmpty || problem.hasPrefix("not one line") { Issue.record("\(length): \(problem)") }
        }
        #expect(named > bytes.count - 8, "\(named) of \(bytes.count)")
    }

    @Test func mutatedFilesAreNamedOrRun() throws {
        let original = [UInt8](try #require(Self.bytes))
        var random = RandomSource(seed: 16), opened = 0, kinds: Set<String> = []
        for round in 0..<Self.rounds {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2:
                    let value: UInt32 =
                        [0, 1, 2, 3, 16, 64, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff]
                        .randomElement(using: &random) ?? 0
                    for step in 0..<4 where place / 4 * 4 + step < bytes.count {
                        bytes[place / 4 * 4 + step] = UInt8(truncatingIfNeeded: value >> UInt32(8 * step))
                    }
                default:
                    let from = Int.random(in: 0..<bytes.count, using: &random)
                    for step in 0..<min(8, bytes.count - max(place, from)) { bytes[place + step] = original[from + step] }
                }
            }
            guard let problem = problem(bytes) else {
                opened += 1
                continue
            }
            if problem.isEmpty || problem.hasPrefix("not one line") { Issue.record("round \(round): \(problem)") }
            kinds.insert(String(problem.prefix(16)))
        }
        #expect(opened > Self.rounds / 20 && opened < Self.rounds * 19 / 20 && kinds.count > 12, "\(opened), \(kinds)")
    }

    @Test func otherFilesAreNamed() throws {
        #expect(problem([])?.contains("no TensorFlow Lite file") == true)
        #expect(problem(Array("PK\u{3}\u{4}, and so on".utf8))?.contains("no TensorFlow Lite file") == true)
        #expect(throws: FileError.self) { try GraphFile.open("/nonexistent.tflite") }
        // A root that leads to itself, and tables that lead to one another.
        #expect(problem([0, 0, 0, 0] + Array("TFL3".utf8)) != nil)
        #expect(problem([8, 0, 0, 0] + Array("TFL3".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]) != nil)
    }
}
