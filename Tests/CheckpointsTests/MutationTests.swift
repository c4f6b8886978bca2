import Checkpoints
import Files
import Foundation
import Tensors
import TestSupport
import Testing

/// Damaged files: cut at every byte, and changed at random. Nothing may crash, hang, or report anything but one line.
@Suite(.serialized)
struct MutationTests {
    static let files =
        CheckpointTests.readable.map(\.file) + [
            "refused-system.pt", "refused-eval-legacy.pt", "skipped-numpy.pt", "refused-torchscript.pt",
            "refused-compressed.pt",
        ]

    @Test(arguments: files)
    func aFileCutAtAnyByteIsNamedOrReadWhole(file: String) throws {
        let bytes = try CheckpointBytes.read(Fixture.path("checkpoints/\(file)"))
        let whole = try? CheckpointBytes.open(bytes)
        let values = try whole?.entries.map { try whole?.tensor($0.name).patterns }
        var cuts = 0
        for length in 0..<bytes.count {
            let cut = Array(bytes[..<length])
            guard let problem = CheckpointBytes.problem(cut) else {
                let opened = try CheckpointBytes.open(cut)
                #expect(opened.entries == whole?.entries)
                #expect(try opened.entries.map { try opened.tensor($0.name).patterns } == values)
                continue
            }
            cuts += 1
            if problem.isEmpty || problem.contains("an error of") { Issue.record("\(length): \(problem)") }
        }
        #expect(cuts == bytes.count, "the end of none of these files is idle")
    }

    @Test func aLargeFileCutShortIsNamed() throws {
        for file in ["lia-tiny.pt", "lia-tiny-legacy.pt"] {
            let bytes = try CheckpointBytes.read(Fixture.path("reference/\(file)"))
            for length in stride(from: 1, to: bytes.count, by: 4999) {
                #expect(CheckpointBytes.problem(Array(bytes[..<length])) != nil)
            }
        }
    }

    private static let rounds = Rounds.times(40_000)

    @Test func mutatedPickles() throws {
        // Only the pickle within the archive is touched, so that the machine is reached each time.
        let files = ["nested-protocol2.pt", "nested-protocol4.pt", "views.pt", "types.pt", "refused-eval.pt"]
        let corpus = try files.map { try CheckpointBytes.read(Fixture.path("checkpoints/\($0)")) }
        try fuzz(
            corpus, seed: 1,
            region: { bytes in
                // The first file of the archive is data.pkl: from its header's padding to its stop code before the next header.
                let next = (4..<bytes.count - 4).first { bytes[$0...].starts(with: [0x50, 0x4b, 7, 8]) } ?? bytes.count
                return 64..<next
            }, resizes: false)
    }

    @Test func mutatedArchives() throws {
        let files = ["repacked.pt", "zip64.pt", "types.pt", "refused-compressed.pt", "refused-torchscript.pt"]
        try fuzz(try files.map { try CheckpointBytes.read(Fixture.path("checkpoints/\($0)")) }, seed: 2)
    }

    @Test func mutatedLegacyStreams() throws {
        let files = ["types-legacy.pt", "views-legacy.pt", "nested-legacy-protocol2.pt", "nested-legacy-protocol5.pt"]
        try fuzz(try files.map { try CheckpointBytes.read(Fixture.path("checkpoints/\($0)")) }, seed: 3)
    }

    @Test func mutatedSafetensors() throws {
        let bytes = try CheckpointBytes.read(Fixture.path("checkpoints/types.safetensors"))
        let small =
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[],"data_offsets":[8,9]}}"#
        let length = withUnsafeBytes(of: UInt64(small.utf8.count).littleEndian) { Array($0) }
        try fuzz([bytes, length + small.utf8 + [UInt8](repeating: 1, count: 9)], seed: 4)
    }

    /// Opens mutated files and reads every tensor of those that open.
    private func fuzz(
        _ corpus: [[UInt8]], seed: UInt64, region: ([UInt8]) -> Range<Int> = { 0..<$0.count }, resizes: Bool = true
    ) throws {
        let regions = corpus.map(region)
        var random = RandomSource(seed: Rounds.seed(seed))
        var opened = 0
        var refused = 0
        var tensors = 0
        for round in 0..<Self.rounds {
            let index = round % corpus.count
            var bytes = corpus[index]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutate(&bytes, in: regions[index].clamped(to: 0..<bytes.count), corpus, resizes, &random)
            }
            do {
                let checkpoint = try CheckpointBytes.open(bytes)
                opened += 1
                for entry in checkpoint.entries {
                    let tensor = try checkpoint.tensor(entry.name)
                    tensors += 1
                    if tensor.shape != entry.shape { Issue.record("round \(round): \(entry.name) has another shape") }
                    // Touches every value.
                    _ = tensor.isFinite
                }
            } catch let error as FileError {
                refused += 1
                if error.description.contains("\n") { Issue.record("round \(round): an error of two lines") }
            }
        }
        #expect(opened + refused == Self.rounds)
        // Both ends are exercised: mutations that leave a file readable, and those that do not.
        #expect(
            opened > Self.rounds / 200 && refused > Self.rounds / 4 && tensors > opened / 2,
            "\(opened) \(refused) \(tensors)")
    }

    private func mutate(
        _ bytes: inout [UInt8], in region: Range<Int>, _ corpus: [[UInt8]], _ resizes: Bool,
        _ random: inout RandomSource
    ) {
        guard !region.isEmpty else { return }
        let place = Int.random(in: region, using: &random)
        switch Int.random(in: 0..<(resizes ? 8 : 5), using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
            bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 0x28, 0x52, 0x51, 0x68, 0x22].randomElement(using: &random) ?? 0
        case 3:  // a length or offset
            let width = [1, 2, 4, 8].randomElement(using: &random) ?? 1
            let value: UInt64 =
                [0, 1, 2, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 62, .max >> 1, 1 << 63, .max]
                .randomElement(using: &random) ?? 0
            for step in 0..<width where place + step < region.upperBound {
                bytes[place + step] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(step)))
            }
        case 4:  // a piece of another file, or of this one
            let other = corpus.randomElement(using: &random) ?? bytes
            let count = min(Int.random(in: 1...40, using: &random), region.upperBound - place, other.count)
            let from = Int.random(in: 0...other.count - count, using: &random)
            for step in 0..<count { bytes[place + step] = other[from + step] }
        case 5: bytes.removeSubrange(place...)
        case 6: bytes.removeSubrange(place..<min(place + Int.random(in: 1...8, using: &random), bytes.count))
        default:
            bytes.insert(
                contentsOf: (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }, at: place)
        }
    }
}
