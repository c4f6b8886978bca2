import Testing
import TestSupport
import Training

/// What is held out is never trained on.
@Suite struct DatasetSplitTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func dataset(_ identities: [String]) throws -> Dataset {
        let path = folder.file("\(identities.count)-\(identities.joined().count).safetensors")
        try DataSample.write(path, size: 2, clips: identities.map { ($0, 2) })
        return try Dataset(path: path)
    }

    @Test func identitiesStayTogether() throws {
        // 60 clips of 20 identities: 1 to 5 each.
        let identities = (0..<20).flatMap { person in [String](repeating: "p\(person)", count: 1 + person % 5) }
        let data = try dataset(identities)
        var seen = Set<[Int]>()
        for seed in UInt64(0)..<50 {
            let (training, validation) = try data.split(validation: .fraction(0.1, seed: seed))
            #expect((training + validation).sorted() == Array(0..<60) && training == training.sorted())
            let leaked = Set(training.map { identities[$0] }).intersection(validation.map { identities[$0] })
            #expect(leaked.isEmpty)
            #expect((4...6).contains(validation.count), "\(validation.count) of 60 clips held out for 0.1")
            seen.insert(validation)
            #expect(try data.split(validation: .fraction(0.1, seed: seed)).validation == validation)
        }
        #expect(seen.count > 25, "only \(seen.count) different splits of 50 seeds")
    }

    @Test func oneIdentityIsSplitByClip() throws {
        let data = try dataset([String](repeating: "only", count: 10))
        #expect(try data.split(validation: .fraction(0.3)).validation.count == 3)
        #expect(try data.split(validation: .fraction(0.001)).validation.count == 1)
        #expect(try data.split(validation: .fraction(0.99)).training.count == 1)
    }

    @Test func anIdentityLargerThanTheFractionGoesWhole() throws {
        let data = try dataset(["a", "a", "a", "a", "b", "b", "b"])
        for seed in UInt64(0)..<10 {
            #expect(try data.split(validation: .fraction(0.1, seed: seed)).validation == [4, 5, 6])
        }
    }

    @Test func namesAndErrors() throws {
        let data = try dataset(["a", "a", "b", "c"])
        #expect(try data.split(validation: .names(["clip3", "clip0"])) == ([1, 2], [0, 3]))
        #expect(try data.split(validation: .names(["a"])) == ([2, 3], [0, 1]))
        #expect(try data.split(validation: .fraction(0)) == ([0, 1, 2, 3], []))
        func message(_ split: ValidationSplit, _ data: Dataset) -> String {
            DataSample.message { _ = try data.split(validation: split) }
        }
        #expect(message(.names(["nobody"]), data).contains("'nobody'"))
        #expect(message(.names([]), data).contains("no clip is named"))
        #expect(message(.names(["a", "b", "c"]), data).contains("nothing is left"))
        for fraction in [-0.1, 1, 1.5, .nan] { #expect(message(.fraction(fraction), data).contains("expected at least 0")) }
        #expect(message(.fraction(0.5), try dataset(["alone"])).contains("nothing is left"))
    }
}
