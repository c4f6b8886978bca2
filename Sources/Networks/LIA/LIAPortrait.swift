import Operators
import Tensors

/// A portrait encoded by LIA. Its motion is its magnitudes, (1, M), and its controls are the directions of the motion dictionary.
struct LIAPortrait: EncodedPortrait {
    let network: LIA
    let source: LIA.Source

    var motion: Tensor { source.magnitudes }

    /// Zero magnitudes: x_r, the canonical ('reference') pose (section 3.1).
    var canonicalMotion: Tensor { Tensor(zeros: source.magnitudes.shape) }

    /// The linear manipulation: amounts are added to magnitudes (section 4.5).
    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor {
        precondition(motion.count == amounts.count, "an edit has an amount for every direction")
        return Tensor(zip(motion.values, amounts).map { $0 + $1 }, motion.shape)
    }

    func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        guard let observe else { return network.generate(source, magnitudes: motion) }
        return network.generate(
            source, magnitudes: motion,
            observe: { level, warp in
                observe(Observation(view: "flow", level: level, values: warp.flow))
                observe(Observation(view: "mask", level: level, values: warp.mask))
                observe(Observation(view: "features", level: level, values: warp.warped, origin: source.features[level]))
            }, pictures: { observe(Observation(view: "image", level: $0, values: $1)) })
    }
}
