import Checkpoints
import Operators
import Tensors

/// The acoustic network of Mozilla's DeepSpeech 0.1 (Hannun et al. 2014): windows of cepstral coefficients become logits of letters. Three
/// rectified layers, a bidirectional LSTM, two layers.
///
/// Weights are copied out of the file for as long as they are used: one direction of the LSTM at a time.
public final class DeepSpeech {
    private let graph: DeepSpeechGraph

    /// Values of an input row: `coefficients` for each of 2·`context` + 1 frames.
    public static let coefficients = DeepSpeechGraph.coefficients
    /// Frames before and after the one that a row is of.
    public var context: Int { graph.context }
    /// Values of a row of logits: the letters and a blank.
    public var outputs: Int { graph.outputs }

    /// Rows that are computed together. What is kept for all rows is only the forward LSTM's result of each row that is requested.
    static let together = 1024

    /// - Throws: `FileError` (input) when the graph is another network's, or its measures do not fit one another.
    public init(_ graph: FrozenGraph) throws { self.graph = try DeepSpeechGraph(graph) }

    /// The name of an intermediate result, and its rows: "layer1".
    public typealias Observer = (_ name: String, _ rows: Range<Int>, Tensor) -> Void

    /// The logits of every `step`-th row, from the first.
    ///
    /// - Parameters:
    ///   - rows: how many there are, T.
    ///   - step: 1 or more.
    ///   - progress: is told how much is done, 0…1.
    ///   - observe: is shown layer1, layer2, layer3, forward, backward, layer5 and logits, for the rows that were computed.
    ///   - input: some rows, (count, 26·(2·context + 1)); they are requested forward and then backward in time.
    /// - Returns: (⌈T/step⌉, outputs).
    /// - Throws: `FileError` (input) for weights that are no numbers.
    public func logits(
        rows: Int, every step: Int = 1, progress: (Double) -> Void = { _ in }, observe: Observer? = nil, input: (Range<Int>) -> Tensor
    ) throws -> Tensor {
        let first = try [1, 2, 3].map(graph.layer), units = graph.units, limit = graph.limit
        let chunks = stride(from: 0, to: rows, by: Self.together).map { $0..<min(rows, $0 + Self.together) }
        /// The first three layers.
        func features(_ chunk: Range<Int>, _ observe: Observer?) -> Tensor {
            var x = input(chunk)
            for (index, layer) in first.enumerated() {
                x = Projection.forward(x, weight: layer.weight, bias: layer.bias, limit: limit)
                observe?("layer\(index + 1)", chunk, x)
            }
            return x
        }
        /// The rows among some that are requested, by their number in the chunk.
        func kept(_ chunk: Range<Int>) -> [Int] { chunk.filter { $0 % step == 0 }.map { $0 - chunk.lowerBound } }

        var forward: [Tensor] = []
        try { () throws in
            let memory = try graph.memory(isReversed: false)
            var state = LongShortTermMemory.State(units: units)
            for (index, chunk) in chunks.enumerated() {
                let x = Projection.forward(features(chunk, observe), weight: memory.inputs, bias: memory.bias)
                let hidden = LongShortTermMemory.forward(x, recurrent: memory.recurrent, state: &state)
                observe?("forward", chunk, hidden)
                forward.append(Selection.forward(hidden, indices: kept(chunk)))
                progress(Double(index + 1) / Double(2 * chunks.count))
            }
        }()

        let (fifth, last) = (try graph.layer(5), try graph.layer(6)), memory = try graph.memory(isReversed: true)
        let result = Tensor(uninitialized: [(rows + step - 1) / step, outputs])
        var state = LongShortTermMemory.State(units: units)
        for (index, chunk) in chunks.enumerated().reversed() {
            let x = Projection.forward(features(chunk, nil), weight: memory.inputs, bias: memory.bias)
            let hidden = LongShortTermMemory.forward(x, recurrent: memory.recurrent, state: &state, isReversed: true)
            observe?("backward", chunk, hidden)
            let both = Concatenation.forward([forward[index], Selection.forward(hidden, indices: kept(chunk))])
            forward[index] = Tensor(zeros: [0])
            let fifthResult = Projection.forward(both, weight: fifth.weight, bias: fifth.bias, limit: limit)
            observe?("layer5", chunk, fifthResult)
            let logits = Projection.forward(fifthResult, weight: last.weight, bias: last.bias)
            observe?("logits", chunk, logits)
            let place = (chunk.lowerBound + step - 1) / step
            (result.mutablePointer + place * outputs).update(from: logits.pointer, count: logits.count)
            keepAlive(logits)
            progress(Double(2 * chunks.count - index) / Double(2 * chunks.count))
        }
        return result
    }
}
