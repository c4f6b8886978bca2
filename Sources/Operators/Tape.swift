import Tensors

/// Records what operators do to the tensors that it watches, so that gradients can be followed backwards (reverse-mode
/// differentiation). Operators are the same with a tape and without; only where one is current do they note how to go back.
///
///     let tape = Tape(watching: parameters)
///     let loss = Tape.$current.withValue(tape) { … }
///     let gradients = tape.gradients(of: loss)
public final class Tape: @unchecked Sendable {
    /// The tape in use, if any, for one piece of work.
    @TaskLocal public static var current: Tape?

    /// One application of an operator.
    private struct Step {
        let outputs: [Tensor]
        let inputs: [Tensor?]
        let backward: ([Tensor?]) -> [Tensor?]
    }

    private var steps: [Step] = []
    private var tracked: Set<ObjectIdentifier>
    /// Keeps what is watched alive, so that no other tensor takes its identity.
    private let watched: [Tensor]

    /// - Parameter tensors: what gradients are wanted for.
    public init(watching tensors: [Tensor]) {
        watched = tensors
        tracked = Set(tensors.map(\.identity))
    }

    /// Notes an operator's application where a current tape tracks one of its inputs.
    ///
    /// - Parameters:
    ///   - inputs: what the outputs depend on; nil where an optional input was left out.
    ///   - backward: the gradients of the inputs (nil where none flows), from those of the outputs (nil where none came),
    ///     of which at least one is there.
    static func record(
        _ outputs: [Tensor], from inputs: [Tensor?], _ backward: @escaping ([Tensor?]) -> [Tensor?]
    ) {
        guard let tape = current, inputs.contains(where: { $0.map { tape.tracked.contains($0.identity) } ?? false })
        else { return }
        tape.steps.append(Step(outputs: outputs, inputs: inputs, backward: backward))
        for output in outputs { tape.tracked.insert(output.identity) }
    }

    /// The same for the usual single output.
    static func record(_ output: Tensor, from inputs: [Tensor?], _ backward: @escaping (Tensor) -> [Tensor?]) {
        record([output], from: inputs) { backward($0[0]!) }
    }

    /// Whether the current tape wants a gradient for this tensor.
    static func tracks(_ tensor: Tensor?) -> Bool {
        guard let tape = current, let tensor else { return false }
        return tape.tracked.contains(tensor.identity)
    }

    /// Follows the gradients back from `output` to everything watched, and forgets the steps on the way.
    ///
    /// - Parameter seed: the gradient of `output`; ones when left out.
    public func gradients(of output: Tensor, seed: Tensor? = nil) -> Gradients {
        let gradients = Gradients()
        gradients.add(seed ?? Tensor(repeating: 1, output.shape), to: output)
        Tape.$current.withValue(nil) {
            while let step = steps.popLast() {
                let arriving = step.outputs.map { gradients.take($0) }
                guard arriving.contains(where: { $0 != nil }) else { continue }
                let leaving = step.backward(arriving)
                precondition(leaving.count == step.inputs.count)
                for (input, gradient) in zip(step.inputs, leaving) {
                    guard let input, let gradient, tracked.contains(input.identity) else { continue }
                    precondition(gradient.count == input.count, "gradient \(gradient.shape) of \(input.shape)")
                    gradients.add(gradient, to: input)
                }
            }
        }
        return gradients
    }
}
