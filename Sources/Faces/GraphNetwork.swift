import Checkpoints
import Files
import Tensors

/// A network that is read from a graph file and run operator by operator. Four-axis tensors are planes (N, C, H, W) here.
///
/// Every shape is computed and compared with what the file states when the network is made, so that running it cannot fail.
public final class GraphNetwork: @unchecked Sendable {
    /// The file, as the user gave it.
    public let path: String
    /// What the network takes: (1, channels, height, width).
    public let inputShape: [Int]
    private let input: Int
    private let outputs: [(name: String, index: Int)]
    private let steps: [GraphStep]
    /// For each size of planes, largest first, the last tensor of that size in the file's order.
    package let stages: [Int]
    /// For each step the tensors that no later one reads.
    private let finished: [[Int]]
    private let tensorCount: Int

    /// Opens the file at `path`.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, is damaged, or is a graph that does not fit together.
    public convenience init(path: String) throws { try self.init(GraphFile.open(path)) }

    /// - Throws: `FileError` (input) when the graph does not fit together, or would take too long.
    public init(_ file: GraphFile) throws {
        path = file.path
        var plan = GraphPlan(file)
        do {
            input = try plan.input()
            inputShape = plan.shapes[input] ?? []
            for (index, node) in file.operators.enumerated() { try plan.add(node, at: index) }
            outputs = try plan.outputs()
        } catch let error as GraphMisfit {
            throw FileError(.input, file.path, error.problem)
        }
        steps = plan.steps
        tensorCount = file.tensors.count
        var last: [Int: Int] = [:]
        for (place, step) in steps.enumerated() {
            for index in step.inputs + [step.output] { last[index] = place }
        }
        for output in outputs { last[output.index] = nil }
        var stages: [Int: Int] = [:]
        for step in steps {
            if let shape = plan.shapes[step.output], shape.count == 4, shape[2] > 1 { stages[shape[2] * shape[3]] = step.output }
        }
        self.stages = stages.sorted { $0.key > $1.key }.map(\.value)
        var finished = [[Int]](repeating: [], count: steps.count)
        for (index, place) in last { finished[place].append(index) }
        self.finished = finished
    }

    /// The names of what the network gives, in the file's order.
    public var outputNames: [String] { outputs.map(\.name) }

    /// Runs the network.
    ///
    /// - Parameters:
    ///   - picture: of `inputShape`.
    ///   - observe: is given every tensor that is computed, with its index in the file.
    /// - Returns: the outputs in the order of `outputNames`.
    public func callAsFunction(_ picture: Tensor, observe: ((Int, Tensor) -> Void)? = nil) -> [Tensor] {
        precondition(picture.shape == inputShape, "\(picture.shape) for a network of \(inputShape)")
        var tensors = [Tensor?](repeating: nil, count: tensorCount)
        tensors[input] = picture
        for (place, step) in steps.enumerated() {
            let result = step.run(step.inputs.map { tensors[$0]! })
            observe?(step.output, result)
            tensors[step.output] = result
            for index in finished[place] { tensors[index] = nil }
        }
        return outputs.map { tensors[$0.index]! }
    }
}
