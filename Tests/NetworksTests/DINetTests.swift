import Checkpoints
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// DINet's networks against the authors' modules, from files in the layout that they publish.
@Suite struct DINetTests {
    private let vectors: ReferenceVectors

    /// Places that the maps choose differ in the last digits with the order of sums, and values where features are steep follow them.
    private static let tolerance: Float = 6e-5

    init() throws { vectors = try ReferenceVectors.file("dinet/cases.safetensors") }

    static func generator() throws -> DINetGenerator {
        let checkpoint = try Checkpoint.open(Fixture.path("dinet/dinet-tiny.pth"))
        return try DINetGenerator(checkpoint, prefix: try #require(try DINet.prefix(in: checkpoint)))
    }

    /// A picture of 8 bits as colors from 0 to 1.
    private func picture(_ name: String) throws -> Tensor {
        let picture = try vectors(name)
        return Tensor(picture.values.map { $0 / 255 }, [1] + picture.shape)
    }

    @Test func measuresAreReadOffTheTensors() throws {
        #expect(
            try Self.generator().configuration
                == DINetConfiguration(
                    encoder: [8, 16, 32], references: 5, comparison: 16, decoder: 16, soundValues: 29, sound: 16, hidden: 32,
                    appearanceBlocks: 4))
    }

    /// Every tensor of the published generator is a parameter of that name and shape, and the other way round.
    @Test func publishedTensorsAreTheParameters() throws {
        let lines = try String(contentsOfFile: Fixture.path("dinet/parameters.txt"), encoding: .utf8).split(separator: "\n")
        func published(_ file: String, _ start: String) -> [String] {
            lines.filter { $0.hasPrefix(file) && !$0.contains("num_batches_tracked") }.map { line in
                let rest = line.split(separator: " ", maxSplits: 2)[2]
                return String(rest.hasPrefix(start) ? rest.dropFirst(start.count) : rest)
            }.sorted()
        }
        func own(_ parameters: [Parameter]) -> [String] { parameters.map { "\($0.name) \($0.shape)" }.sorted() }
        #expect(own(DINetGenerator(.published, seed: 1).parameters) == published("clip_training_DINet_256mouth.pth", "module."))
        #expect(own(SyncNet(first: 64, channels: 128, seed: 1).parameters) == published("syncnet_256mouth.pth", ""))
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func everyLayerEqualsReference(_ path: OperatorPath) throws {
        let generator = try Self.generator()
        var seen: [String: Tensor] = [:]
        let result = try OperatorPath.$current.withValue(path) {
            let references = generator.prepare(try picture("dub/reference_input")) { seen[$0] = $1 }
            let rows = try vectors("dub/8/audio_input").reshaped([1, 29, 5])
            return generator(try picture("dub/8/source_input"), references, sound: rows) { seen[$0] = $1 }
        }
        let names = vectors.names(under: "frame/")
        #expect(Set(seen.keys) == Set(names + ["out_conv.4"]))
        for name in names {
            let expected = try vectors("frame/\(name)")
            // Of some the first channels alone.
            let found = try #require(seen[name])
            let part = found.count == expected.count ? found : found.reshaped([found.shape[1]] + found.shape[2...]).items(0..<3)
            let difference = Difference(part.reshaped(expected.shape), expected)
            // The fixture has half precision for the large ones.
            #expect(difference.largest <= 1e-4 || difference.relative <= 6e-4, "\(name): \(difference)")
        }
        let expected = try vectors("frame/out_conv.5")
        #expect(Difference(result, expected).largest <= Self.tolerance, "\(Difference(result, expected))")
        #expect(Difference(result.reshaped([3, 104, 80]), try vectors("dub/8/network_output")).largest <= Self.tolerance)
    }

    @Test func anotherFrameOfTheSameReferencesEqualsReference() throws {
        let generator = try Self.generator(), references = generator.prepare(try picture("dub/reference_input"))
        let result = generator(
            try picture("dub/0/source_input"), references, sound: try vectors("dub/0/audio_input").reshaped([1, 29, 5]))
        #expect(Difference(result.reshaped([3, 104, 80]), try vectors("dub/0/network_output")).largest <= Self.tolerance)
    }

    /// What is computed once for a video, and what a tape watches, are the same numbers; gradients reach every learned parameter.
    @Test func watchedPicturesAreTheSame() throws {
        let generator = try Self.generator(), x = try picture("dub/8/source_input"), others = try picture("dub/reference_input")
        let rows = try vectors("dub/8/audio_input").reshaped([1, 29, 5])
        let plain = generator(x, generator.prepare(others), sound: rows)
        let learned = generator.parameters.filter(\.isLearned), tape = Tape(watching: learned.map(\.value))
        let watched = Tape.$current.withValue(tape) { generator(x, generator.prepare(others), sound: rows) }
        #expect(Difference(watched, plain).largest <= Self.tolerance)
        let gradients = tape.gradients(of: watched)
        for parameter in learned { #expect(gradients[parameter.value] != nil, "\(parameter.name)") }
    }

    @Test func syncNetEqualsReference() throws {
        let network = try SyncNet(Checkpoint.open(Fixture.path("dinet/syncnet-tiny.pth")))
        var seen: [String: Tensor] = [:]
        let score = network(try picture("sync/pictures"), sound: try vectors("sync/sound").reshaped([1, 29, 9])) { seen[$0] = $1 }
        for name in vectors.names(under: "sync/") where !["pictures", "sound", "score"].contains(name) {
            let expected = try vectors("sync/\(name)"), difference = Difference(try #require(seen[name], "\(name)"), expected)
            #expect(difference.largest <= 1e-4 || difference.relative <= 6e-4, "\(name): \(difference)")
        }
        let difference = Difference(score, try vectors("sync/score"))
        #expect(difference.largest <= 1e-4, "\(difference)")
    }
}

/// DINet's discriminators, of one picture and of five.
@Suite struct DINetDiscriminatorTests {
    @Test(arguments: [("net_dI", 3), ("net_dV", 15)])
    func discriminatorsAreReadFromATrainingCheckpoint(_ member: String, _ colors: Int) throws {
        let checkpoint = try Checkpoint.open(Fixture.path("dinet/discriminators-tiny.pth"))
        let network = try DINetDiscriminator(checkpoint, member: member)
        let random = DINetDiscriminator(inputs: colors, channels: 8, most: 32, seed: 3)
        #expect(network.parameters.map(\.name) == random.parameters.map(\.name))
        #expect(network.parameters.map(\.shape) == random.parameters.map(\.shape))
        #expect(network(Tensor(repeating: 0.5, [2, colors, 104, 80])).shape == [2, 1, 7, 4])
    }
}
