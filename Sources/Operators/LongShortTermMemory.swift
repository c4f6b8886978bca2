import Foundation
import Tensors

/// Long short-term memory (Hochreiter and Schmidhuber 1997; with forget gates, Gers, Schmidhuber and Cummins 2000) as TensorFlow's
/// BasicLSTMCell computes it. With the four blocks i, j, f and o of p + h·R, step by step
///
///     c ← c·σ(f + 1) + σ(i)·tanh(j),  h ← σ(o)·tanh(c).
///
/// The part p of the inputs is one matrix product for all steps (see `Projection`). There is no gradient.
public enum LongShortTermMemory {
    /// What goes from one step to the next.
    public struct State: Sendable {
        /// c and h, n values each.
        public var cell, hidden: Tensor

        /// Before the first step: all 0.
        public init(units: Int) { (cell, hidden) = (Tensor(zeros: [units]), Tensor(zeros: [units])) }

        init(cell: Tensor, hidden: Tensor) { (self.cell, self.hidden) = (cell, hidden) }
    }

    /// Added to f: a new network remembers.
    private static let forgetBias: Float = 1

    /// - Parameters:
    ///   - projected: p, (T, 4·n), with the bias.
    ///   - recurrent: R, (n, 4·n).
    ///   - state: before the first step; becomes that after the last.
    ///   - isReversed: whether the last row is the first step. Rows of the result stand where those of p do.
    /// - Returns: h after every step, (T, n).
    public static func forward(_ projected: Tensor, recurrent: Tensor, state: inout State, isReversed: Bool = false) -> Tensor {
        let (steps, units) = (projected.shape[0], recurrent.shape[0])
        precondition(
            projected.count == steps * 4 * units && recurrent.count == 4 * units * units, "\(projected.shape) and \(recurrent.shape)")
        precondition(state.cell.count == units && state.hidden.count == units, "a state of \(state.cell.count) for \(units) units")
        var (cell, hidden) = (state.cell.values, state.hidden.values)
        let result = Operator.longShortTermMemory.run(
            on: [projected, recurrent, state.cell, state.hidden], detail: "\(units)", operations: steps * units * (8 * units + 50)
        ) {
            let result = Tensor(uninitialized: [steps, units])
            var gates = [Float](repeating: 0, count: 4 * units)
            for step in 0..<steps {
                let row = isReversed ? steps - 1 - step : step
                sum(projected.pointer + row * 4 * units, hidden, recurrent, into: &gates)
                for unit in 0..<units {
                    let (i, j, f, o) = (gates[unit], gates[units + unit], gates[2 * units + unit], gates[3 * units + unit])
                    cell[unit] = cell[unit] * sigmoid(f + forgetBias) + sigmoid(i) * tanhf(j)
                    hidden[unit] = sigmoid(o) * tanhf(cell[unit])
                    result.mutablePointer[row * units + unit] = hidden[unit]
                }
            }
            return result
        }
        state = State(cell: Tensor(cell, [units]), hidden: Tensor(hidden, [units]))
        return result
    }

    /// p + h·R of one step.
    private static func sum(_ p: UnsafePointer<Float>, _ hidden: [Float], _ recurrent: Tensor, into gates: inout [Float]) {
        let (units, columns, r) = (hidden.count, gates.count, recurrent.pointer)
        gates.withUnsafeMutableBufferPointer { gates in
            let y = gates.baseAddress!
            if OperatorPath.current == .reference {
                for column in 0..<columns {
                    var sum = Double(p[column])
                    for unit in 0..<units { sum += Double(hidden[unit]) * Double(r[unit * columns + column]) }
                    y[column] = Float(sum)
                }
                return
            }
            y.update(from: p, count: columns)
            hidden.withUnsafeBufferPointer { hidden in
                nonisolated(unsafe) let (y, h) = (y, hidden.baseAddress!)
                Parallel.ranges(columns, grain: 1024) { part in
                    MatrixProduct.add(
                        h, rows: units, times: r + part.lowerBound, columns: part.count, lda: columns, to: y + part.lowerBound)
                }
            }
        }
    }

    private static func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }
}
