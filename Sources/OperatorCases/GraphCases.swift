import Operators
import Tensors

extension OperatorCase {
    /// Operators of networks that are read from graph files and never trained. Gradients flow through some of them to what they look at.
    static var graphs: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([2, 8, 5, 6], Size.small), ([2, 12, 40, 31], .medium), ([1, 32, 96, 96], .large)] {
            let x = Input.normal(shape), fixed = Input.normal(shape, gradient: .none), channels = shape[1]
            cases += [
                OperatorCase(.channelsLast, [x], size: size) { [ChannelsLast.forward($0[0])] },
                OperatorCase(.channelsFirst, [x], size: size) { [ChannelsFirst.forward($0[0])] },
                OperatorCase(.depthToSpace, [fixed], size: size) { [DepthToSpace.forward($0[0], block: 2)] },
                OperatorCase(.padding, [x], settings: "channels", size: size) { [Padding.forward($0[0], channels: 3)] },
                OperatorCase(.padding, [x], settings: "edges", size: size) {
                    [Padding.forward($0[0], rows: (1, 2), columns: (0, 1))]
                },
            ]
            for (kernel, stride, before, after) in [(3, 1, 1, 1), (3, 2, 0, 1), (3, 2, 1, 1), (5, 2, 1, 2), (2, 1, 0, 0)] {
                for (name, activation) in [("identity", Activation.identity), ("ReLU", .relu)] {
                    cases.append(
                        OperatorCase(
                            .depthwiseConvolution,
                            // Biases that keep values away from the kink, on both sides of it.
                            [
                                x, .normal([channels, 1, kernel, kernel], gradient: .none),
                                .signed([channels], 20...30, gradient: .none),
                            ],
                            settings: "stride \(stride), padding \(before) and \(after), \(name)", size: size
                        ) {
                            [
                                DepthwiseConvolution.forward(
                                    $0[0], weight: $0[1], bias: $0[2], stride: stride, rows: (before, after), columns: (before, after),
                                    activation: activation)
                            ]
                        })
                }
            }
        }
        return cases
    }
}
