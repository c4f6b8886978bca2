import Networks
import Tensors

extension LIA {
    /// Whether this network has all channels of another of the same size, code, directions and kind, and paints where that does.
    func holds(_ other: LIA) -> Bool {
        let (own, others) = (configuration, other.configuration)
        return own.size == others.size && own.code == others.code && own.directions == others.directions
            && own.dictionary == others.dictionary && own.masks == others.masks && (own.paints || !others.paints)
            && zip(own.channels, others.channels).allSatisfy { $0 >= $1 }
    }

    /// Takes the weights of a network that may have fewer channels, so that both make the same pictures: what reads an added channel for
    /// a channel that was there begins at 0, what makes one keeps this network's own random weights (Net2WiderNet, Chen et al. 2016, with
    /// zeros instead of copies).
    ///
    /// - Precondition: `holds(other)`.
    func begin(from other: LIA) {
        let others = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0) })
        // What the other has not, it paints nothing with.
        for own in parameters {
            guard let other = others[own.name] else { continue }
            own.value = own.value.shape == other.value.shape ? other.value : Self.widened(other.value, in: own.value)
        }
    }

    /// The narrow weights at the beginning of the wide ones.
    private static func widened(_ narrow: Tensor, in wide: Tensor) -> Tensor {
        let (from, to) = (narrow.shape, wide.shape), values = narrow.values
        var result = wide.values
        // Weights of convolutions: (…, outputs, inputs, k, k). Everything else has one axis of channels, before all others that are not 1.
        guard to.count >= 4, to[to.count - 4] > 1 else {
            result.replaceSubrange(0..<values.count, with: values)
            return Tensor(result, to)
        }
        let kernel = to[to.count - 2] * to[to.count - 1]
        let outputs = from[to.count - 4], inputs = from[to.count - 3], wideInputs = to[to.count - 3]
        // An equalized learning rate divides by √inputs.
        let gain = (Float(wideInputs) / Float(inputs)).squareRoot()
        for output in 0..<outputs {
            let row = output * wideInputs * kernel, own = output * inputs * kernel
            for index in 0..<inputs * kernel { result[row + index] = values[own + index] * gain }
            for index in inputs * kernel..<wideInputs * kernel { result[row + index] = 0 }
        }
        return Tensor(result, to)
    }
}
