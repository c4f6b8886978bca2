import Foundation
import OperatorCases
import Operators
import Tensors
import TestSupport
import Testing

extension OperatorCase: CustomTestStringConvertible {
    public var testDescription: String { description }
}

/// Every case of the list that the benchmark reads too: values against the plain definitions, gradients against finite differences.
@Suite struct OperatorCaseTests {
    static let compared = OperatorCase.all.filter { $0.size != .large }
    static let small = OperatorCase.all.filter { $0.size == .small }
    static let medium = OperatorCase.all.filter { $0.size == .medium }

    @Test(arguments: compared) func fastEqualsPlain(_ operatorCase: OperatorCase) {
        let inputs = operatorCase.tensors()
        let fast = OperatorPath.$current.withValue(.fast) { operatorCase.run(inputs) }
        let plain = OperatorPath.$current.withValue(.reference) { operatorCase.run(inputs) }
        #expect(fast.count == plain.count && !fast.isEmpty)
        for (found, expected) in zip(fast, plain) {
            let difference = Difference(found, expected)
            #expect(difference.isWithin(operatorCase.tolerance), "\(difference)")
        }
    }

    /// Σ outputs·arriving and its gradients: the arriving values are the gradients of the outputs.
    private struct Derivation {
        let operatorCase: OperatorCase
        let inputs: [Tensor]
        let arriving: [Tensor]
        let gradients: Gradients
        /// The error of the sum that rounding the outputs to float32 may make.
        let rounding: Double

        init(_ operatorCase: OperatorCase) {
            let inputs = operatorCase.tensors()
            (self.operatorCase, self.inputs) = (operatorCase, inputs)
            var random = RandomSource(seed: 2)
            let tape = Tape(watching: zip(inputs, operatorCase.inputs).filter { $1.gradient != .none }.map(\.0))
            let outputs = Tape.$current.withValue(tape) { operatorCase.run(inputs) }
            let arriving = outputs.map { random.normal($0.shape) }
            self.arriving = arriving
            let total = Tape.$current.withValue(tape) {
                zip(outputs, arriving).map { WeightedSum.forward($0, weights: $1) }.reduce(Tensor(zeros: [1])) { Sum.forward($0, $1) }
            }
            gradients = tape.gradients(of: total)
            var squares = 0.0
            for (output, factor) in zip(outputs, arriving) {
                for (y, a) in zip(output.values, factor.values) { squares += Double(y * a) * Double(y * a) }
            }
            rounding = 2e-7 * squares.squareRoot()
        }

        /// The sum Σ outputs·arriving with one input replaced.
        func value(_ input: Int, _ tensor: Tensor) -> Double {
            var changed = inputs
            changed[input] = tensor
            return zip(operatorCase.run(changed), arriving).reduce(0) { sum, pair in
                zip(pair.0.values, pair.1.values).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
            }
        }
    }

    @Test(arguments: small.filter(\.operator.hasGradient))
    func everyDerivativeEqualsAFiniteDifference(_ operatorCase: OperatorCase) throws {
        let derivation = Derivation(operatorCase)
        for (number, input) in derivation.inputs.enumerated() where operatorCase.inputs[number].gradient == .exact {
            let gradient = try #require(derivation.gradients[input], "input \(number) has no gradient")
            #expect(gradient.shape == input.shape)
            let scale = Double(gradient.values.map { abs($0) }.max()!)
            for index in 0..<input.count {
                // A large step is free of rounding, a small one of kinks and curvature: one of them has to agree.
                let excess = [2e-2, 2e-3, 2e-4].map { step in
                    var values = input.values
                    values[index] += Float(step)
                    let ahead = derivation.value(number, Tensor(values, input.shape)), above = Double(values[index])
                    values[index] = input.values[index] - Float(step)
                    let difference = (ahead - derivation.value(number, Tensor(values, input.shape))) / (above - Double(values[index]))
                    return abs(difference - Double(gradient.values[index])) - derivation.rounding / (2 * step)
                }
                #expect(excess.min()! <= 5e-3 * scale, "input \(number), value \(index): \(gradient.values[index]), off by \(excess)")
            }
        }
    }

    @Test(arguments: medium.filter(\.operator.hasGradient))
    func derivativeAlongADirectionEqualsADifference(_ operatorCase: OperatorCase) throws {
        let derivation = Derivation(operatorCase)
        var random = RandomSource(seed: 3)
        for (number, input) in derivation.inputs.enumerated() where operatorCase.inputs[number].gradient == .exact {
            let gradient = try #require(derivation.gradients[input], "input \(number) has no gradient")
            #expect(gradient.shape == input.shape)
            let direction = random.normal(input.shape)
            let slope = zip(gradient.values, direction.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            // An error of the gradient shows in a random direction as much as it is long.
            let length = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let excess = [Float(0.5), 1e-2, 1e-3].map { step -> Double in
                func moved(_ step: Float) -> Tensor { Tensor(zip(input.values, direction.values).map { $0 + step * $1 }, input.shape) }
                let difference = (derivation.value(number, moved(step)) - derivation.value(number, moved(-step))) / Double(2 * step)
                return abs(difference - slope) - derivation.rounding / Double(2 * step)
            }
            #expect(length > 0 && excess.min()! <= 3e-3 * length, "input \(number): \(slope) of \(length), off by \(excess)")
        }
    }

    /// An operator on (N, C, …) computes what it computes on (N, C, 1, size), with the values of each plane in one row.
    @Test(arguments: compared) func planesHaveAnyNumberOfAxes(_ operatorCase: OperatorCase) {
        let planar: Set<Operator> = [
            .activation, .bias, .channelScale, .concatenation, .l1Loss, .minibatchDeviation, .parametricReLU, .planeProduct, .product,
            .scaling, .sigmoid, .subtraction, .sum,
        ]
        guard planar.contains(operatorCase.operator) else { return }
        let inputs = operatorCase.tensors(), first = inputs[0].shape
        func flat(_ x: Tensor) -> Tensor {
            // An input of another shape, such as a bias, stays as it is.
            guard x.shape.count == first.count, x.shape[2...] == first[2...], x.shape[0] == first[0] else { return x }
            return x.reshaped([x.shape[0], x.shape[1], 1, first[2...].reduce(1, *)])
        }
        let (found, expected) = (operatorCase.run(inputs), operatorCase.run(inputs.map(flat)))
        for (a, b) in zip(found, expected) { #expect(a.values == b.values) }
        if found[0].shape != [1] { #expect(found[0].shape[2...] == first[2...]) }
    }

    // MARK: Every operator

    @Test(arguments: Operator.allCases) func everyOperatorIsProfiledAndHasAGradientOrRefuses(_ operation: Operator) async throws {
        let cases = Self.small.filter { $0.operator == operation }
        #expect(!cases.isEmpty)
        for operatorCase in cases {
            let profile = OperatorProfile(), inputs = operatorCase.tensors()
            let outputs = OperatorProfile.$current.withValue(profile) { operatorCase.run(inputs) }
            let entry = try #require(profile.entries.first { $0.name == operation.rawValue || $0.name.hasPrefix(operation.rawValue + " ") })
            // Each input and output counts once; an output that the case leaves out counts, too.
            #expect(profile.entries.count == 1 && entry.calls == 1)
            #expect(entry.bytes >= Double(4 * (inputs + outputs).reduce(0) { $0 + $1.count }), "\(operatorCase)")
        }
        let shown = try #require(cases.first), differentiated = shown.inputs.indices.filter { shown.inputs[$0].gradient != .none }
        #expect(operation.hasGradient == !differentiated.isEmpty)
    }

    /// Inputs without a gradient: one of every kind of every operator.
    static let constants: [(name: String, input: Int)] = Operator.allCases.flatMap { operation -> [(name: String, input: Int)] in
        let cases = small.filter { $0.operator == operation }
        let most = cases.map(\.inputs.count).max() ?? 0
        return (0..<most).compactMap { input in
            cases.first { $0.inputs.count > input && $0.inputs[input].gradient == .none }.map { ($0.description, input) }
        }
    }

    /// A tape that watches an input without a gradient is a mistake: the program says so and ends.
    @Test(arguments: constants) func inputsWithoutAGradientAreRefused(_ name: String, _ input: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [name, input] in
            let operatorCase = OperatorCase.all.first { $0.description == name }!
            let inputs = operatorCase.tensors()
            _ = Tape.$current.withValue(Tape(watching: [inputs[input]])) { operatorCase.run(inputs) }
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("gradient"), "\(said)")
    }

    @Test func caseNamesDiffer() {
        #expect(Set(OperatorCase.all.map(\.description)).count == OperatorCase.all.count)
    }

    /// Detached tensors have the values, but no gradient flows through them.
    @Test func detachedTensorsAreNotWatched() {
        let x = Tensor([1, 2, 3], [3]), tape = Tape(watching: [x])
        let y = Tape.$current.withValue(tape) { Sum.forward(Scaling.forward(x, by: 2), Scaling.forward(x.detached, by: 5)) }
        #expect(y.values == [7, 14, 21] && tape.gradients(of: y)[x]!.values == [2, 2, 2])
    }
}
