import Networks
import Tensors

extension LIA {
    /// Whether this network has all channels of another of the same size, code, directions and kind.
    func holds(_ other: LIA) -> Bool {
        let (own, others) = (configuration, other.configuration)
        return own.size == others.size && own.code == others.code && own.directions == others.directions
            && own.dictionary == others.dictionary && own.masks == others.masks
            && zip(own.channels, others.channels).allSatisfy { $0 >= $1 }
    }

    /// Takes the weights of a network that may have fewer channels, so that both make the same pictures: what reads an added channel for
    /// a channel that was there begins at 0, what makes one keeps this network's own random weights (Net2WiderNet, Chen et al. 2016, with
    /// zeros instead of copies).
    ///
    /// - Precondition: `holds(other)`.
    func begin(from other: LIA) {
        for (own, other) in zip(parameters, other.parameters) {
            own.value = own.value.shape == other.value.shape ? other.value : Self.widened(other.value, in: own.value)
        }
    }

    /// The narrow weights at the beginning of the wide ones.
    private static func widened(_ narrow: Tensor, in wide: Tensor) -> Tensor {
        let (from, to) = (narrow.shape, wide.shape)
        precondition(from.count == to.count && zip(from, to).allSatisfy { $0 <= $1 }, "\(from) is no part of \(to)")
        // Weights of convolutions: (…, outputs, inputs, k, k). An equalized learning rate divides by √inputs. Everything else has one axis
        // of channels.
        let isConvolution = from.count >= 4 && to[to.count - 4] > 1
        let inputs = from.count - 3
        let gain = isConvolution ? (Float(to[inputs]) / Float(from[inputs])).squareRoot() : 1
        let values = narrow.values
        var result = wide.values
        var place = [Int](repeating: 0, count: to.count)
        for index in result.indices {
            var rest = index
            for axis in to.indices.reversed() { (rest, place[axis]) = rest.quotientAndRemainder(dividingBy: to[axis]) }
            let isOutside = to.indices.map { place[$0] >= from[$0] }
            if !isOutside.contains(true) {
                let source = zip(place, from).reduce(0) { $0 * $1.1 + $1.0 }
                result[index] = values[source] * gain
            } else if isConvolution, isOutside[inputs], !isOutside[inputs - 1] {
                result[index] = 0
            }
        }
        return Tensor(result, to)
    }
}
