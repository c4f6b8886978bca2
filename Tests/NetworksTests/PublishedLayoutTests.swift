import Foundation
import Networks
import Tensors
import Testing
import TestSupport

/// The 256 px network's tensors against the list of a published checkpoint's.
@Test func parametersHaveThePublishedNamesAndShapes() throws {
    let text = try String(contentsOfFile: Fixture.path("reference/lia-256.parameters.txt"), encoding: .utf8)
    var published: [String: String] = [:]
    for line in text.split(separator: "\n") {
        let space = line.firstIndex(of: " ")!
        published[String(line[..<space])] = String(line[line.index(after: space)...])
    }
    #expect(published.count == 185)
    let lia = LIA(.published256, seed: 1)
    for parameter in lia.parameters {
        #expect(published.removeValue(forKey: parameter.name) == "\(parameter.shape)", "\(parameter.name)")
    }
    // What is left is what animation never uses.
    let unused = published.keys.filter {
        !$0.hasSuffix(".kernel") && !$0.hasSuffix("noise.weight") && !$0.hasPrefix("dec.to_rgb1.")
    }
    #expect(unused.isEmpty, "\(unused)")
    // A checkpoint for the authors' own program has those too.
    let member = try #require(lia.authorsCheckpoint?.first), learned = Set(lia.parameters.map(\.name))
    #expect(member.key == "gen" && member.tensors.count == 185)
    for (name, tensor) in member.tensors where !learned.contains(name) {
        #expect(published.removeValue(forKey: name) == "\(tensor.shape)", "\(name)")
    }
    #expect(published.isEmpty)
}

/// The whole network at its published size against LIA in PyTorch in double precision, with weights that both sides draw alike
/// (Tools/fixtures/make_full_size_fixture.py).
@Test func thePublishedLayoutEqualsPyTorch() throws {
    let vectors = try ReferenceVectors.file("lia-256.safetensors")
    let lia = LIA(.published256, seed: 1)
    let parameters = Dictionary(uniqueKeysWithValues: lia.parameters.map { ($0.name, $0) })
    var random = RandomSource(seed: 256), drawn = 0
    for line in try String(contentsOfFile: Fixture.path("reference/lia-256.parameters.txt"), encoding: .utf8).split(separator: "\n") {
        let name = String(line[..<line.firstIndex(of: " ")!])
        if name.hasSuffix(".kernel") || name.hasSuffix("noise.weight") || name.hasPrefix("dec.to_rgb1.") { continue }
        let parameter = try #require(parameters[name])
        var (offset, factor) = (Float(0), Float(3).squareRoot())
        if name.hasSuffix("bias") {
            (offset, factor) = (name.hasSuffix("modulation.bias") ? 1 : 0, 0.1)
        } else if name.hasPrefix("dec.to_flows.") {
            factor = 0.2
        }
        let weights = Tensor(uninitialized: parameter.shape)
        for index in 0..<weights.count { weights.mutablePointer[index] = (2 * random.uniform() - 1) * factor + offset }
        parameter.value = weights
        drawn += 1
    }
    #expect(drawn == lia.parameters.count)
    let pictures = (0..<2).map { phase in
        Tensor(
            (0..<3 * 65536).map { index in
                let (c, y, x) = (Double(index / 65536 + 1), Double(index / 256 % 256), Double(index % 256))
                let wave = 0.5 * sin(0.05 * c * x + 0.03 * y + Double(phase))
                return Float(wave + 0.4 * cos(0.07 * y - 0.02 * c * x))
            }, [1, 3, 256, 256])
    }
    let source = lia.encode(source: pictures[0]), driving = lia.encode(driving: pictures[1])
    func error(_ found: [Float], _ expected: ArraySlice<Float>) -> Float {
        found.count == expected.count ? zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }
    let magnitudes = try vectors("magnitudes").values
    #expect(error(source.code.values, try vectors("code").values[...]) < 1e-4)
    #expect(error(source.magnitudes.values, magnitudes[..<20]) < 1e-4)
    #expect(error(driving.values, magnitudes[20...]) < 1e-4)
    let picture = lia.generate(source, motion: driving)
    #expect(picture.shape == [1, 3, 256, 256])
    let values = picture.values
    var sampled: [Float] = []
    for channel in 0..<3 {
        for y in stride(from: 4, to: 256, by: 8) {
            for x in stride(from: 4, to: 256, by: 8) { sampled.append(values[(channel * 256 + y) * 256 + x]) }
        }
    }
    let worst = error(sampled, try vectors("picture").values[...])
    #expect(worst < 1e-3, "\(worst)")
}
