import Operators
import Tensors

extension OperatorCase {
    /// Key points, and the motion that they make.
    static var motions: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (samples, points, height, width, size) in [(2, 2, 3, 4, Size.small), (2, 5, 17, 20, .medium), (1, 10, 64, 64, .large)] {
            let logits = Input.normal([samples, points, height, width]), places = Input.uniform([samples, points, 2], -1.2...1.2)
            let maps = Input.normal([samples, points, 2, 2])
            cases += [
                OperatorCase(.softArgmax, [logits], size: size) { t in
                    [SoftArgmax.forward(t[0], temperature: 0.5).points]
                },
                OperatorCase(.softArgmax, [logits, .normal([samples, 3 * points, height, width])], size: size) { t in
                    let result = SoftArgmax.forward(t[0], maps: t[1], perPoint: 3, temperature: 0.5)
                    return [result.points, result.means!]
                },
                OperatorCase(.softArgmax, [logits, .normal([samples, 4, height, width])], settings: "shared maps", size: size) { t in
                    let result = SoftArgmax.forward(t[0], maps: t[1], temperature: 0.5)
                    return [result.points, result.means!]
                },
                OperatorCase(.gaussianHeatmap, [places], settings: "\(height)×\(width)", size: size) {
                    [GaussianHeatmap.forward($0[0], height: height, width: width, variance: 0.3)]
                },
                OperatorCase(.sparseMotions, [places, places], settings: "\(height)×\(width)", size: size) {
                    [SparseMotions.forward(source: $0[0], driving: $0[1], height: height, width: width)]
                },
                OperatorCase(.sparseMotions, [places, places, maps], settings: "\(height)×\(width)", size: size) {
                    [SparseMotions.forward(source: $0[0], driving: $0[1], map: $0[2], height: height, width: width)]
                },
                OperatorCase(.motionCombination, [logits, .normal([samples, points, height, width, 2])], size: size) {
                    let result = MotionCombination.forward($0[0], motions: $0[1])
                    return [result.mask, result.flow]
                },
                OperatorCase(.channelBlending, [logits], size: size) { [ChannelBlending.forward($0[0])] },
                OperatorCase(.smallProduct, [maps, maps], size: size) { [SmallProduct.forward($0[0], $0[1])] },
                OperatorCase(.smallInverse, [.nearIdentity([samples, points, 2, 2])], size: size) { [SmallInverse.forward($0[0])] },
            ]
        }
        for (shape, size) in [([2, 2, 3, 4], Size.small), ([1, 256, 104, 80], .large)] {
            let planes = [shape[0], shape[1]]
            cases.append(
                OperatorCase(
                    .channelWarp,
                    [
                        .normal(shape), .uniform(planes, 0.3...1.7), .uniform(planes, -3...3),
                        .uniform([shape[0], 2 * shape[1]], -0.6...0.6),
                    ], size: size, tolerance: 2e-5
                ) { [ChannelWarp.forward($0[0], scale: $0[1], angle: $0[2], shift: $0[3])] })
        }
        return cases
    }
}
