import Operators
import Tensors

/// Finds key points and the Jacobians at them (Siarohin et al. 2019, section 3.1). It learns what they are from how pictures change.
public struct KeyPointDetector {
    private let downscaling: AntialiasedDownscaling
    private let hourglass: Hourglass
    private let logits: BiasedConvolution
    private let jacobian: BiasedConvolution?
    private let temperature: Float

    init(_ scope: ParameterScope, _ configuration: FirstOrderConfiguration) {
        let widths = configuration.detector, outputs = widths.outputs(of: 3), padding = configuration.settings.keyPointPadding
        downscaling = AntialiasedDownscaling(scope, factor: configuration.detectorScale, isChecked: configuration.checksKernels)
        hourglass = Hourglass(scope.scope("predictor"), from: 3, widths)
        logits = BiasedConvolution(scope, "kp", from: outputs, to: configuration.points, kernel: 7, padding: padding)
        let maps = configuration.jacobianMaps
        jacobian = maps == 0 ? nil : BiasedConvolution(scope, "jacobian", from: outputs, to: 4 * maps, kernel: 7, padding: padding)
        temperature = configuration.settings.temperature
    }

    /// - Parameters:
    ///   - picture: (N, 3, H, W), RGB in [0, 1].
    ///   - observe: is shown what the parts make: downscaled, encoder0, …, decoder0, …, features, logits, heatmap, jacobian_map.
    /// - Returns: the key points of each picture.
    public func callAsFunction(_ picture: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> KeyPoints {
        let small = downscaling(picture)
        observe?("downscaled", small)
        let features = hourglass(small, observe: observe.map { observe in { observe($0 == "prediction" ? "features" : $0, $1) } })
        let scores = logits(features), maps = jacobian?(features)
        observe?("logits", scores)
        if let maps { observe?("jacobian_map", maps) }
        let found = SoftArgmax.forward(scores, maps: maps, temperature: temperature)
        observe?("heatmap", found.distribution)
        return KeyPoints(
            value: found.points, jacobian: found.means?.reshaped([found.points.shape[0], found.points.shape[1], 2, 2]))
    }
}
