import Networks
import Operators
import Tensors
import Testing
import Training

/// How far the canonical pictures of a person's frames differ.
@Suite struct CanonicalLossTests {
    private let network = LIA(LIAConfiguration(size: 32, channels: [24, 24, 16, 16], code: 32, directions: 4), seed: 3)
    private let frames: Tensor

    init() {
        var random = RandomSource(seed: 8)
        frames = random.normal([4, 3, 32, 32])
    }

    private func difference(sources: [Int]) -> Tensor {
        Reconstruction(network, frames: frames, sources: sources, drivings: Array(0..<4), references: sources, detail: false)
            .canonicalDifference(sources: sources)
    }

    /// The picture that the generator makes of a frame's own code and features, alone.
    private func canonical(_ frame: Int) -> [Float] {
        let (code, features) = network.encoder(Selection.forward(frames, indices: [frame]))
        return network.generator(code, features: features).values
    }

    /// Where all frames of a person have one source, the first other frame is compared with it; where each has its own, all are.
    @Test(arguments: [([1, 1, 1, 1], [(0, 1)]), ([0, 0, 3, 3], [(1, 0), (2, 3)]), ([1, 0, 3, 2], [(0, 1), (1, 0), (2, 3), (3, 2)])])
    func itIsTheMeanOfPairs(_ sources: [Int], _ pairs: [(Int, Int)]) {
        let differences = pairs.flatMap { first, second in zip(canonical(first), canonical(second)).map { abs($0 - $1) } }
        let wanted = differences.reduce(0, +) / Float(differences.count)
        #expect(wanted > 1e-3 && abs(difference(sources: sources).values[0] - wanted) < 1e-4 * wanted)
    }

    @Test func framesThatAreTheirOwnSourcesDoNotDiffer() { #expect(difference(sources: [0, 1, 2, 3]).values == [0]) }

    /// Gradients reach both frames' codes: a step against them makes the pictures more alike.
    @Test func aStepBringsThemTogether() {
        let tape = Tape(watching: network.parameters.map(\.value))
        let before = Tape.$current.withValue(tape) { difference(sources: [1, 1, 1, 1]) }
        let gradients = tape.gradients(of: before)
        for parameter in network.parameters {
            guard let gradient = gradients[parameter.value] else { continue }
            parameter.value = Sum.forward(parameter.value, Scaling.forward(gradient, by: -0.01))
        }
        #expect(difference(sources: [1, 1, 1, 1]).values[0] < before.values[0])
    }
}
