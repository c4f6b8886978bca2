import Networks
import Tensors

/// The exponential moving average of a network's weights, which is steadier than the weights themselves and is exported.
public final class MovingAverage {
    let parameters: [Parameter]
    let decay: Float
    /// One for each parameter, in its order.
    package internal(set) var values: [Tensor]

    /// - Parameter decay: how much of the average stays at each step, 0 to below 1.
    public init(_ parameters: [Parameter], decay: Float) {
        (self.parameters, self.decay) = (parameters, decay)
        values = parameters.map { Tensor($0.value.values, $0.shape) }
    }

    /// average ← d·average + (1 − d)·weight, with d = min(decay, (1 + step)/(10 + step)): early on the average follows more quickly, so
    /// that it soon forgets its random start.
    ///
    /// - Parameter step: counted from 0.
    public func update(step: Int) {
        let decay = min(decay, Float(1 + step) / Float(10 + step))
        for (average, parameter) in zip(values, parameters) {
            let (to, from) = (average.mutablePointer, parameter.value.pointer)
            Parallel.ranges(average.count, grain: 16384) { range in
                for i in range { to[i] = decay * to[i] + (1 - decay) * from[i] }
            }
            keepAlive(parameter.value)
        }
    }
}
