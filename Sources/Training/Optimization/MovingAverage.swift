import Networks
import Tensors

/// The exponential moving average of a network's weights, which is steadier than the weights themselves and is what is exported.
public final class MovingAverage {
    let decay: Float
    /// One for each parameter, in its order.
    package internal(set) var values: [Tensor]

    public init(_ parameters: [Parameter], decay: Float) {
        self.decay = decay
        values = parameters.map { Tensor($0.value.values, $0.shape) }
    }

    /// - Parameter step: counted from 0; early on the average follows more quickly, so that it soon forgets its random start.
    public func update(_ parameters: [Parameter], step: Int) {
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
