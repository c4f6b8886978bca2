import Operators
import Tensors

/// G: turns a target code, level by level, into flow fields and masks that warp the source's features, and refines the warped
/// features into a picture (LIA, section 3.2).
public struct Generator {
    /// One resolution of the generator.
    struct Level {
        let doubling, following: StyledConvolution
        let toFlow: ToFlow
        let toRGB: ToRGB
        /// nil where nothing is painted.
        let toPaint: ToPaint?
    }

    let input: Parameter
    let first: StyledConvolution
    let levels: [Level]

    init(_ scope: ParameterScope, _ configuration: LIAConfiguration) {
        let code = configuration.code
        input = scope.scope("input").parameter("input", [1, configuration.channels[0], 4, 4])
        first = StyledConvolution(
            scope.scope("conv1"), from: configuration.channels[0], to: configuration.channels[0], code: code)
        levels = configuration.levels.enumerated().map { index, resolution in
            let channels = configuration.channels(at: resolution)
            return Level(
                doubling: StyledConvolution(
                    scope.scope("convs").scope(2 * index), from: configuration.channels(at: resolution / 2),
                    to: channels, code: code, doubling: true),
                following: StyledConvolution(
                    scope.scope("convs").scope(2 * index + 1), from: channels, to: channels, code: code),
                toFlow: ToFlow(scope.scope("to_flows").scope(index), channels: channels, code: code, masked: configuration.masks),
                toRGB: ToRGB(scope.scope("to_rgbs").scope(index), channels: channels),
                toPaint: configuration.paints ? ToPaint(scope.scope("to_paints").scope(index), channels: channels, code: code) : nil)
        }
        // The published network has a picture at 4 px that nothing reads.
        let (toRGB, colors) = (scope.scope("to_rgb1"), [1, 3, 1, 1])
        toRGB.unused("bias", colors)
        toRGB.unused("conv.0.weight", [3, configuration.channels[0], 1, 1])
        toRGB.unused("conv.1.bias", colors)
    }

    /// - Parameters:
    ///   - code: (N, code), the target code z + D·a.
    ///   - features: the source's, from 8 px to full size, each (1 or N, channels, H, W).
    ///   - observe: is shown every level's flow field, mask and warped features.
    ///   - pictures: is shown the picture as far as every level has made it, (N, 3, H, W); the last is the result.
    /// - Returns: (N, 3, size, size), RGB, nominally in [−1, 1].
    public func callAsFunction(
        _ code: Tensor, features: [Tensor], observe: ((_ level: Int, Warp.Result) -> Void)? = nil,
        pictures: ((_ level: Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        precondition(features.count == levels.count)
        var x = first(Repetition.forward(input.value, count: code.shape[0]), code: code)
        var map: Tensor?
        var picture: Tensor?
        for (index, level) in levels.enumerated() {
            x = level.following(level.doubling(x, code: code), code: code)
            let flow = level.toFlow(
                x, code: code, source: features[index], previous: map,
                blending: index + 1 < levels.count || level.toPaint != nil)
            map = flow.map
            picture = level.toRGB(flow.warp.warped, previous: picture)
            if let blended = flow.warp.blended {
                x = blended
                if let toPaint = level.toPaint { picture = toPaint(blended, code: code, addingTo: picture!) }
            }
            observe?(index, flow.warp)
            pictures?(index, picture!)
        }
        return picture!
    }
}
