import Operators
import Tensors

extension OperatorCase {
    static var matrices: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (name, activation) in activations {
            cases.append(
                OperatorCase(.linear, [.normal([3, 5]), .normal([4, 5]), .normal([4])], settings: name) {
                    [Linear.forward($0[0], weight: $0[1], bias: $0[2], gain: 0.7, activation: activation)]
                })
        }
        for (samples, inputs, outputs, size) in [(2, 300, 70, Size.medium), (1, 512, 512, .large), (16, 3072, 192, .large)] {
            cases.append(
                OperatorCase(.linear, [.normal([samples, inputs]), .normal([outputs, inputs])], size: size) {
                    [Linear.forward($0[0], weight: $0[1], gain: 1 / Float(inputs).squareRoot())]
                })
        }
        for (shape, size) in [([1, 3, 4, 3, 3], Size.small), ([512, 512, 3, 3], .large)] {
            cases.append(OperatorCase(.weightEnergy, [.normal(shape)], size: size) { [Modulation.energy(of: $0[0])] })
        }
        for (samples, channels, outputs, size) in [(2, 4, 3, Size.small), (3, 90, 70, .medium), (1, 512, 512, .large)] {
            let inputs: [Input] = [.uniform([samples, channels], 0.5...1.5), .uniform([outputs, channels], 0.5...1.5)]
            cases.append(
                OperatorCase(.demodulation, inputs, size: size) {
                    [Modulation.demodulation(style: $0[0], energy: $0[1], gain: 1 / Float(channels).squareRoot())]
                })
        }
        for (shape, size) in [([7, 4], Size.small), ([512, 20], .large)] {
            cases.append(
                OperatorCase(.orthogonalization, [.normal(shape)], size: size) { [try! Orthogonalization.orthonormalize($0[0])] })
        }
        return cases + recurrent
    }

    /// What speech networks are made of.
    private static var recurrent: [OperatorCase] {
        var cases: [OperatorCase] = []
        func plain(_ shape: [Int], scale: Float = 1) -> Input { .normal(shape, scale: scale, gradient: .none) }
        for (samples, inputs, outputs, size) in [(3, 5, 4, Size.small), (70, 90, 60, .medium), (512, 2048, 2048, .large)] {
            let own = [plain([samples, inputs]), plain([inputs, outputs], scale: 1 / Float(inputs).squareRoot()), plain([outputs])]
            cases += [
                OperatorCase(.projection, own, settings: "clipped", size: size) {
                    [Projection.forward($0[0], weight: $0[1], bias: $0[2], limit: 0.7)]
                },
                OperatorCase(.projection, own + [plain([samples, outputs])], settings: "added", size: size) {
                    [Projection.forward($0[0], weight: $0[1], bias: $0[2], partial: $0[3])]
                },
            ]
        }
        for (steps, units, size) in [(4, 3, Size.small), (9, 300, .medium), (16, 2048, .large)] {
            for isReversed in [false, true] {
                cases.append(
                    OperatorCase(
                        .longShortTermMemory,
                        [plain([steps, 4 * units]), plain([units, 4 * units], scale: 1 / Float(units).squareRoot())],
                        settings: isReversed ? "reversed" : "", size: size
                    ) {
                        var state = LongShortTermMemory.State(units: units)
                        let hidden = LongShortTermMemory.forward($0[0], recurrent: $0[1], state: &state, isReversed: isReversed)
                        return [hidden, state.cell, state.hidden]
                    })
            }
        }
        return cases
    }

    static var losses: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([2, 2, 4, 3], Size.small), ([4, 3, 128, 128], .large)] {
            let (x, fixed) = (Input.normal(shape), Input.normal(shape, gradient: .none))
            cases += [
                OperatorCase(.l1Loss, [x, fixed], size: size) { [L1Loss.forward($0[0], target: $0[1])] },
                OperatorCase(.softplusLoss, [x], settings: "wants high", size: size) { [SoftplusLoss.forward($0[0], sign: -1)] },
                OperatorCase(.softplusLoss, [x], settings: "wants low", size: size) { [SoftplusLoss.forward($0[0], sign: 1)] },
                OperatorCase(.weightedSum, [x, fixed], size: size) { [WeightedSum.forward($0[0], weights: $0[1])] },
            ]
        }
        for (shape, size) in [([1, 2, 13, 12], Size.small), ([2, 2, 40, 33], .medium), ([4, 3, 128, 128], .large)] {
            let inputs: [Input] = [.uniform(shape, -1...1), .uniform(shape, -1...1, gradient: .none)]
            cases.append(
                OperatorCase(.similarityLoss, inputs, size: size) { [SimilarityLoss.forward($0[0], target: $0[1])] })
        }
        return cases
    }
}
