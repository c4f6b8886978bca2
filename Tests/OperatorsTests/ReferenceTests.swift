import Foundation
import Operators
import Tensors
import Testing
import TestSupport

/// Fast and plain operators against the authors' own.
@Suite struct ReferenceTests {
    @Test(arguments: ReferenceCase.all, [OperatorPath.fast, .reference])
    func valueEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        try expect(operatorCase, path, ReferenceVectors.operators())
    }

    @Test(arguments: ReferenceCase.livePortrait, [OperatorPath.fast, .reference])
    func livePortraitEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        try expect(operatorCase, path, ReferenceVectors.file("liveportrait/operators.safetensors"))
    }

    @Test(arguments: ReferenceCase.firstOrder, [OperatorPath.fast, .reference])
    func firstOrderEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        try expect(operatorCase, path, ReferenceVectors.file("fomm/operators.safetensors"))
    }

    private func expect(_ operatorCase: ReferenceCase, _ path: OperatorPath, _ vectors: ReferenceVectors) throws {
        let outputs = try OperatorPath.$current.withValue(path) {
            try operatorCase.outputs { try vectors("\(operatorCase.name)/\($0)") }
        }
        let expected = vectors.names(under: "\(operatorCase.name)/output")
        #expect(outputs.count == expected.count && !outputs.isEmpty)
        for (index, output) in outputs.enumerated() {
            let difference = Difference(output, try vectors("\(operatorCase.name)/output\(index)"))
            #expect(difference.isWithin(1e-5), "\(operatorCase.name) output\(index): \(difference)")
        }
    }

    @Test func everyReferenceCaseIsTested() throws {
        let groups = Set(try ReferenceVectors.operators().names(under: "").map { $0.split(separator: "/")[0] })
        #expect(groups == Set(ReferenceCase.all.map { Substring($0.name) }))
        let others = try ReferenceVectors.file("liveportrait/operators.safetensors").names(under: "")
        #expect(Set(others.map { $0.split(separator: "/")[0] }) == Set(ReferenceCase.livePortrait.map { Substring($0.name) }))
        let firstOrder = try ReferenceVectors.file("fomm/operators.safetensors").names(under: "").map { $0.split(separator: "/")[0] }
        // Motion that is composed without operators has tests of its own.
        let composed: Set<Substring> = ["best_frame", "hull_area", "relative_motion", "relative_motion_adapt"]
        #expect(Set(firstOrder) == Set(ReferenceCase.firstOrder.map { Substring($0.name) }).union(composed))
    }

    /// Positions far outside, on the borders, between pixels, and not numbers at all.
    @Test func fastSamplingEqualsPlainEverywhere() {
        var random = RandomSource(seed: 13)
        let x = random.normal([1, 3, 5, 9])
        var positions = [Float]()
        let edges: [Float] = [-2, -1.2, -1, -0.999, -0.5, 0, 0.3, 0.999, 1, 1.1, 1.3, 50, -50, .nan, .infinity]
        for a in edges { for b in edges { positions += [a, b] } }
        for _ in 0..<500 { positions += [random.normal(), random.normal()] }
        let grid = Tensor(positions, [1, 1, positions.count / 2, 2])
        func run(_ path: OperatorPath) -> Tensor {
            OperatorPath.$current.withValue(path) {
                GridSampling.forward(x, grid: grid)
            }
        }
        let (fast, plain) = (run(.fast), run(.reference))
        #expect(fast.isFinite && plain.isFinite)
        #expect(Difference(fast, plain).isWithin(1e-5), "\(Difference(fast, plain))")
    }
}
