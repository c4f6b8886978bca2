import Tensors

/// Records what operators do to the tensors that it watches, and follows gradients backwards through it (reverse-mode differentiation).
/// Operators compute the same with a tape and without.
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
    /// Holds the watched tensors, so that no other tensor gets the identity of one.
    private let watched: [Tensor]

    /// - Parameter tensors: those whose gradients are wanted.
    public init(watching tensors: [Tensor]) {
        watched = tensors
        tracked = Set(tensors.map(\.identity))
    }

    /// Records an operator's application if the current tape tracks one of its inputs.
    ///
    /// - Parameters:
    ///   - inputs: what the outputs depend on; nil for an optional input that is absent.
    ///   - backward: the gradients of the inputs (nil where none flows), from those of the outputs (nil where none arrives; one at
    ///     least does).
    static func record(_ outputs: [Tensor], from inputs: [Tensor?], _ backward: @escaping ([Tensor?]) -> [Tensor?]) {
        guard let tape = current, inputs.contains(where: { $0.map { tape.tracked.contains($0.identity) } ?? false })
        else { return }
        tape.steps.append(Step(outputs: outputs, inputs: inputs, backward: backward))
        for output in outputs { tape.tracked.insert(output.identity) }
    }

    /// Whether the current tape wants a gradient for this tensor: it is watched, or made from what is watched.
    package static func tracks(_ tensor: Tensor?) -> Bool {
        guard let tape = current, let tensor else { return false }
        return tape.tracked.contains(tensor.identity)
    }

    /// Follows the gradients back from `output` to everything watched, and forgets the steps on the way.
    ///
    /// - Parameter seed: the gradient of `output`; ones by default.
    public func gradients(of output: Tensor, seed: Tensor? = nil) -> Gradients {
        let gradients = Gradients()
        gradients.add(seed ?? Tensor(repeating: 1, output.shape), to: output)
        Tape.$current.withValue(nil) {
            while let step = steps.popLast() {
                let arriving = step.outputs.map { gradients.take($0) }
                guard arriving.contains(where: { $0 != nil }) else { continue }
                // Pointers in `backward` stay valid: the step holds inputs, outputs and all that the closure captured.
                let leaving = withExtendedLifetime((step, arriving)) { step.backward(arriving) }
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
