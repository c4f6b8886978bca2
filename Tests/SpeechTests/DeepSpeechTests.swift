import Checkpoints
import Files
import Networks
import Operators
import Speech
import Tensors
import Testing
import TestSupport

/// Against TensorFlow's numbers on a small graph of DeepSpeech 0.1's structure.
@Suite struct DeepSpeechTests {
    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("speech/cases.safetensors") }

    private static var graph: String { Fixture.path("speech/output_graph-tiny.pb") }

    private func features(observe: DeepSpeech.Observer? = nil) throws -> LetterFeatures {
        let network = try DeepSpeech(FrozenGraph.open(Self.graph))
        return try LetterFeatures(ofSound: Fixture.path("speech/speech.wav"), by: network, observe: observe)
    }

    @Test func featuresAreTheirs() throws {
        let difference = Difference(try features().values, try vectors("features"))
        #expect(difference.sameShape && difference.largest < 1e-4, "\(difference)")
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func everyLayerIsTheirs(path: OperatorPath) throws {
        var found: [String: Tensor] = [:]
        try OperatorPath.$current.withValue(path) { _ = try features { name, _, tensor in found[name] = tensor } }
        for name in ["layer1", "layer2", "layer3", "forward", "backward"] {
            let difference = Difference(try #require(found[name]), try vectors(name))
            #expect(difference.sameShape && difference.largest < 1e-4, "\(name): \(difference)")
        }
        // Of these, only the rows that are requested are computed.
        let kept = Array(stride(from: 0, to: 80, by: 2))
        for name in ["layer5", "logits"] {
            let difference = Difference(try #require(found[name]), Selection.forward(try vectors(name), indices: kept))
            #expect(difference.sameShape && difference.largest < 1e-4, "\(name): \(difference)")
        }
    }

    /// Sound of more rows than are computed together has the features that one pass over all rows gives.
    @Test func chunksMakeNoDifference() throws {
        let network = try DeepSpeech(FrozenGraph.open(Self.graph))
        var random = RandomSource(seed: 5)
        let rows = random.normal([2100, 494])
        let chunked = try network.logits(rows: 2100, every: 2) { rows.items($0) }
        var parts: [String: [Range<Int>]] = [:]
        let observe: DeepSpeech.Observer = { name, range, _ in parts[name, default: []].append(range) }
        let whole = try network.logits(rows: 2100, observe: observe) { rows.items($0) }
        let ranges = [0..<1024, 1024..<2048, 2048..<2100]
        #expect(parts["forward"] == ranges && parts["logits"] == ranges.reversed())
        let difference = Difference(chunked, Selection.forward(whole, indices: Array(stride(from: 0, to: 2100, by: 2))))
        #expect(difference.sameShape && difference.largest < 1e-5, "\(difference)")
        // The LSTM goes on over the borders: the first rows of a chunk are not those of a chunk alone.
        let alone = try network.logits(rows: 52) { rows.items(2048 + $0.lowerBound..<2048 + $0.upperBound) }
        #expect(Difference(alone.items(0..<1), whole.items(2048..<2049)).largest > 1e-4)
    }

    @Test func tablesAreWrittenInThreeFormats() throws {
        let folder = try TemporaryFolder(), features = try features()
        for ending in ["npy", "csv", "json"] { try features.table.write(to: folder.file("features.\(ending)"), overwrite: false) }
        let array = try MappedFile.contents(of: folder.file("features.npy"), upTo: 1 << 20)
        #expect(array.count == 128 + 40 * 29 * 4 && array[127] == 10 && array.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]))
        #expect(String(decoding: array[10..<127], as: UTF8.self).contains("'<f4', 'fortran_order': False, 'shape': (40, 29), }"))
        let stored = (0..<40 * 29).map { index in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(array[128 + 4 * index + $1]) << (8 * UInt32($1)) })
        }
        #expect(stored == features.values.values)
        let lines = String(decoding: try MappedFile.contents(of: folder.file("features.csv"), upTo: 1 << 20), as: UTF8.self)
            .split(separator: "\n")
        #expect(lines.count == 40 && lines.flatMap { $0.split(separator: ",").map { Float($0) } } == stored)
        let json = try folder.json("features.json")
        #expect(json["frames_per_second"] as? Double == 25 && (json["columns"] as? [String])?.last == "blank")
        #expect((json["rows"] as? [[Double]])?.count == 40)
        #expect(throws: FileError.self) { try features.table.write(to: folder.file("features.txt"), overwrite: false) }
    }
}
