import Checkpoints
import Files
import Networks
import Testing
import TestSupport

/// Which graphs are DeepSpeech 0.1, and what is said of others.
@Suite struct DeepSpeechGraphTests {
    private static var bytes: [UInt8] {
        get throws { try MappedFile.contents(of: Fixture.path("speech/output_graph-tiny.pb"), upTo: 1 << 20) }
    }

    /// Replaces a text by one of the same length, wherever it stands.
    private func replacing(_ old: String, _ new: String) throws -> [UInt8] {
        precondition(old.utf8.count == new.utf8.count)
        var bytes = try Self.bytes
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        var place = 0
        while place + old.count <= bytes.count {
            if bytes[place] == old[0], bytes[place..<place + old.count].elementsEqual(old) {
                bytes.replaceSubrange(place..<place + old.count, with: new)
            }
            place += 1
        }
        return bytes
    }

    private func open(_ bytes: [UInt8]) throws -> DeepSpeech {
        let file = FileBytes(bytes)
        return try DeepSpeech(FrozenGraph(bytes: file.bytes, owner: file, name: "graph.pb"))
    }

    private func problem(_ bytes: [UInt8]) -> String {
        do {
            _ = try open(bytes)
            return "read"
        } catch { return "\(error)" }
    }

    @Test func measuresComeFromTheGraph() throws {
        let network = try open(Self.bytes)
        #expect(network.context == 9 && network.outputs == 29)
    }

    @Test func kernelsMayHaveTheirFormerNames() throws {
        // As long as the new ones: the names' lengths stand in the file.
        #expect(problem(try replacing("basic_lstm_cell/kernel", "basic_lstm_cell/kernal")).contains("basic_lstm_cell/kernel"))
    }

    @Test func laterVersionsAreNamed() throws {
        var bytes = try replacing("bidirectional_rnn/fw/basic_lstm_cell", "lstm_fused_cell/rnn/fw/x/basic_cell_")
        #expect(problem(bytes).contains("expected bidirectional_rnn/fw"))
        // Without h1 nothing is left of 0.1.
        for place in bytes.indices.dropLast(6) where bytes[place...].starts(with: [2] + Array("h1".utf8) + [0x12, 5] + Array("Const".utf8))
        {
            bytes[place + 1] = UInt8(ascii: "x")
        }
        #expect(problem(bytes).contains("of a later DeepSpeech"))
    }

    @Test func weightsThatAreNoNumbersAreNamed() throws {
        var bytes = try Self.bytes
        let graph = try FrozenGraph.open(Fixture.path("speech/output_graph-tiny.pb")), value = try graph.tensor("b2").values[3]
        let pattern = withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        for place in bytes.indices.dropLast(3) where bytes[place] == pattern[0] && bytes[place...].starts(with: pattern) {
            bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0xc0, 0x7f])
        }
        let network = try open(bytes)
        #expect(throws: FileError.self) { try network.logits(rows: 1) { _ in .init(zeros: [1, 494]) } }
    }
}
