import Operators
import Tensors

extension OperatorCase {
    /// Shapes with none to three axes after (N, C).
    public static let planeShapes = [[3, 4], [2, 3, 5], [2, 3, 3, 4], [2, 2, 2, 3, 4]]

    /// Operators that work value by value, or plane by plane.
    static var planes: [OperatorCase] {
        var cases: [OperatorCase] = []
        for shape in planeShapes { cases += planes(of: shape, .small) }
        return cases + planes(of: [2, 8, 40, 41], .medium) + planes(of: [1, 64, 256, 256], .large) + batches
    }

    private static func planes(of shape: [Int], _ size: Size) -> [OperatorCase] {
        let (samples, channels, plane) = (shape[0], shape[1], Array(shape[2...]))
        let x = Input.normal(shape)
        // Values, and values with a bias, that keep away from the kink of activations and losses at 0.
        let away = Input.signed(shape, 0.5...2), bias = Input.uniform([channels], -0.3...0.3)
        var cases: [OperatorCase] = []
        for (name, activation) in activations {
            cases.append(OperatorCase(.activation, [away], settings: name, size: size) { [activation.forward($0[0])] })
            cases.append(
                OperatorCase(.bias, [away, bias], settings: name, size: size) {
                    [ChannelBias.forward($0[0], bias: $0[1], activation: activation)]
                })
        }
        cases.append(
            OperatorCase(.channelScale, [x, .normal([samples, channels]), .normal([channels])], size: size) {
                [ChannelScale.forward($0[0], scale: $0[1], bias: $0[2])]
            })
        cases.append(
            OperatorCase(
                .channelScale, [away, .uniform([samples, channels], 0.5...1), .uniform([channels], -0.2...0.2)], settings: "ReLU",
                size: size
            ) { [ChannelScale.forward($0[0], scale: $0[1], bias: $0[2], activation: .relu)] })
        cases.append(OperatorCase(.sigmoid, [x], size: size) { [Sigmoid.forward($0[0])] })
        cases.append(
            OperatorCase(.planeProduct, [x, .normal([samples, 1] + plane)], size: size) { [PlaneProduct.forward($0[0], by: $0[1])] })
        cases.append(
            OperatorCase(.parametricReLU, [away, .uniform([channels], 0...0.5)], size: size) {
                [ParametricRectifier.forward($0[0], slope: $0[1])]
            })
        cases.append(OperatorCase(.concatenation, [x, .normal([samples, 2] + plane)], size: size) { [Concatenation.forward($0)] })
        cases.append(OperatorCase(.minibatchDeviation, [x], size: size) { [MinibatchDeviation.forward($0[0])] })
        cases.append(OperatorCase(.sum, [x, x], size: size) { [Sum.forward($0[0], $0[1], gain: 0.7)] })
        cases.append(OperatorCase(.subtraction, [x, x], size: size) { [Sum.forward($0[0], minus: $0[1])] })
        cases.append(OperatorCase(.product, [x, x], size: size) { [Product.forward($0[0], $0[1])] })
        cases.append(OperatorCase(.scaling, [x], size: size) { [Scaling.forward($0[0], by: -1.5)] })
        cases.append(
            OperatorCase(.selection, [x], size: size) { [Selection.forward($0[0], indices: [samples - 1, 0, samples - 1])] })
        let fixed: [Input] = [
            .uniform(shape, -0.01...0.01, gradient: .none), .uniform([samples] + plane, 0...0.2, gradient: .none),
        ]
        cases.append(
            OperatorCase(.l1Loss, [away] + fixed, settings: "weighted", size: size) {
                [L1Loss.forward($0[0], target: $0[1], weights: $0[2])]
            })
        return cases
    }

    private static var batches: [OperatorCase] {
        var cases = [
            OperatorCase(.repetition, [.normal([1, 2, 3])]) { [Repetition.forward($0[0], count: 4)] },
            OperatorCase(.repetition, [.normal([1, 512, 4, 4])], size: .large) { [Repetition.forward($0[0], count: 16)] },
            OperatorCase(.selection, [.normal([16, 48, 64, 64])], size: .large) {
                [Selection.forward($0[0], indices: Array((0..<16).reversed()))]
            },
        ]
        // Two groups of four, and a group of three.
        for shape in [[8, 2, 3, 3], [3, 2, 2, 2]] {
            cases.append(OperatorCase(.minibatchDeviation, [.normal(shape)]) { [MinibatchDeviation.forward($0[0])] })
        }
        return cases
    }
}
