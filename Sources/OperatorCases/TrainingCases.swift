import Operators
import Tensors

extension OperatorCase {
    /// Operators that training alone uses.
    static var training: [OperatorCase] { normalizations + splines + adversarial }

    private static var normalizations: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [
            ([2, 3, 5], Size.small), ([3, 2, 3, 4], .small), ([1, 2, 2, 3, 2], .small), ([3, 8, 21, 20], .medium),
            ([8, 64, 64, 64], .large),
        ] {
            let channels = shape[1]
            // In larger cases the bias keeps all values away from the activation's kink.
            let bias = size == .small ? Input.normal([channels]) : .signed([channels], 15...20)
            let inputs = [.normal(shape), .uniform([channels], 0.5...1.5), bias]
            for (name, extent) in [("over the batch", Normalization.Extent.batch), ("over samples", .sample)] {
                for (rectified, activation) in [("", Activation.identity), (", ReLU", .relu)] {
                    cases.append(
                        OperatorCase(.normalization, inputs, settings: name + rectified, size: size, tolerance: 2e-5) { t in
                            [Normalization.forward(t[0], over: extent, weight: t[1], bias: t[2], activation: activation).values]
                        })
                }
            }
        }
        return cases
    }

    private static var splines: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([2, 5, 2], Size.small), ([2, 3, 3, 2], .small), ([2, 40, 33, 2], .medium), ([8, 128, 128, 2], .large)] {
            let inputs: [Input] = [
                .uniform(shape, -0.95...0.95), .normal([shape[0], 2, 3], gradient: .none),
                .normal([shape[0], 9], scale: 0.3, gradient: .none),
            ]
            @Sendable func spline(_ t: [Tensor]) -> ThinPlateSpline { ThinPlateSpline(affine: t[1], weights: t[2]) }
            cases.append(OperatorCase(.splinePoints, inputs, size: size) { [spline($0).points($0[0])] })
            // The derivatives jump where a point passes above or beside a control point, which some of many do.
            if size != .medium { cases.append(OperatorCase(.splineJacobians, inputs, size: size) { [spline($0).jacobians($0[0])] }) }
        }
        return cases
    }

    private static var adversarial: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([4, 2, 3, 3], Size.small), ([50, 20, 4, 4], .medium), ([512, 256, 4, 4], .large)] {
            let rest = shape.dropFirst().reduce(1, *)
            // Positive on average, so that the singular value is far from 0.
            let inputs: [Input] = [
                .uniform(shape, -0.5...1.5), .uniform([shape[0]], 0.2...1, gradient: .none), .uniform([rest], 0.2...1, gradient: .none),
            ]
            cases.append(
                OperatorCase(.spectralNormalization, inputs, size: size) { [SpectralNormalization.forward($0[0], u: $0[1], v: $0[2])] })
            cases.append(OperatorCase(.squaredLoss, [.normal(shape)], size: size) { [SquaredLoss.forward($0[0], target: 1)] })
        }
        return cases
    }
}
