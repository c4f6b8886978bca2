import Operators
import Tensors

/// A portrait encoded by a First Order Motion Model: the picture's features, and its key points.
struct FirstOrderPortrait: EncodedPortrait {
    let model: FirstOrderMotionModel
    let source: InpaintingGenerator.Source
    let points: KeyPoints
    /// (1, V): the key points as a row (see `PointMotion`).
    let motion: Tensor

    /// Key points have no rest pose: the portrait's own.
    var canonicalMotion: Tensor { motion }

    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor {
        let controls = FirstOrderControl.all(points: points.value.shape[1], hasJacobians: model.hasJacobians)
        precondition(amounts.count == controls.count, "an edit has an amount for every control")
        guard amounts.contains(where: { $0 != 0 }) else { return motion }
        var result = model.motion(motion)
        for (control, amount) in zip(controls, amounts) where amount != 0 { control.add(amount, to: &result) }
        return result.tensor
    }

    func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        eachPicture(of: motion) { picture(PointMotion(row: $0, hasJacobians: model.hasJacobians), observe: observe) }
    }

    private func picture(_ motion: PointMotion, observe: ((Observation) -> Void)?) -> Tensor {
        let made = model.networks.generator(
            source, sourcePoints: points, drivingPoints: motion.keyPoints, observe: observe.map { observe in { show($0, $1, observe) } })
        let result = made.signed
        if let observe {
            observe(Observation(view: "points", level: 0, values: FirstOrderDrawing.points(motion, on: result)))
        }
        return result
    }

    /// Shows what a part of the networks made as the view of it.
    private func show(_ part: String, _ values: Tensor, _ observe: (Observation) -> Void) {
        func show(_ view: String, _ values: Tensor) { observe(Observation(view: view, level: 0, values: values)) }
        switch part {
        case "motion/heatmaps": show("heatmaps", FirstOrderDrawing.heatmaps(values))
        case "motion/sparse_deformed": show("motions", FirstOrderDrawing.sheet(values.signed))
        case "motion/mask": show("masks", FirstOrderDrawing.masks(values))
        case "motion/deformation":
            show("flow", FirstOrderDrawing.displacement(values))
            show("deformed", model.networks.generator.deformed(source.picture, by: values).signed)
        case "motion/occlusion_map": show("mask", values)
        default: break
        }
    }
}
