import Checkpoints
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// The gradient of a loss through encoder, dictionary, generator and warps, for every parameter.
@Test func everyParametersGradientEqualsReference() throws {
    let lia = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt")))
    let vectors = try ReferenceVectors.tinyNetwork()
    let (picture, driving) = (try vectors("source"), try vectors("driving").items(0..<2))
    let tape = Tape(watching: lia.parameters.map(\.value))
    let loss = Tape.$current.withValue(tape) {
        let source = lia.encode(source: picture)
        let result = lia.generate(source, motion: lia.encode(driving: driving))
        return L1Loss.forward(result, target: driving)
    }
    #expect(Difference(loss, try vectors("l1/loss")).isWithin(1e-5))
    let gradients = tape.gradients(of: loss)
    let names = vectors.names(under: "l1/grad/")
    #expect(names.count > 80)
    let parameters = Dictionary(uniqueKeysWithValues: lia.parameters.map { ($0.name, $0) })
    for name in names {
        let parameter = try #require(parameters[name], "\(name)")
        let found = try #require(gradients[parameter.value], "\(name) has no gradient")
        let difference = Difference(found, try vectors("l1/grad/\(name)"))
        #expect(difference.sameShape && difference.relative <= 1e-4, "\(name): \(difference)")
    }
    // And no parameter has one that the reference lacks, but for zeros.
    for parameter in lia.parameters where !names.contains(parameter.name) {
        #expect(gradients[parameter.value]?.values.allSatisfy { $0 == 0 } ?? true, "\(parameter.name)")
    }
}
