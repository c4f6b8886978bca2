import Checkpoints
import Operators
import Tensors

/// Paints the mouth of a face again, from reference pictures of the same person, as speech and the head's pose demand (Zhang et al. 2023,
/// "DINet: deformation inpainting network for realistic face visually dubbing on high resolution video"). Pictures may have any size whose
/// sides are multiples of 4.
public final class DINetGenerator: @unchecked Sendable {
    /// What depends on the reference pictures alone, the same for all frames of a video.
    public struct References: Sendable {
        /// (N, C, H/4, W/4): what the encoder makes of them.
        let features: Tensor
        /// What it makes on the way, (N, …, H, W) and (N, …, H/2, W/2).
        let larger: [Tensor]
        /// (N, 3, H, W): the first reference.
        let first: Tensor
        /// (N, C, H/4, W/4): the features that are to be moved.
        let appearance: Tensor
        /// What they add to the comparison with the source; nil where that is not constant.
        let comparison: Tensor?
    }

    public let configuration: DINetConfiguration
    /// Everything that a converted model holds, in the order of its declaration.
    public let parameters: [Parameter]
    private let source, references: [BiasedConvolution]
    private let firstComparison: PairedConvolution
    private let comparison: [BiasedConvolution]
    private let sound: [SoundLayer]
    private let appearance: [[NormalizedResidualBlock]]
    private let maps: AdaptiveAffineTransformation
    private let join, up, lastUp, color: BiasedConvolution
    private let refinement: NormalizedResidualBlock
    /// What takes in the encoders' maps at the half and the full size; empty without skips.
    private let skips: [BiasedConvolution]
    /// Flow and mask of the first reference; nil without skips.
    private let motion: BiasedConvolution?

    /// A layer of the encoder of sound.
    private enum SoundLayer {
        case convolution(BiasedConvolution)
        case residual(NormalizedResidualBlock)

        func callAsFunction(_ x: Tensor) -> Tensor {
            switch self {
            case .convolution(let layer): layer(x)
            case .residual(let layer): layer(x)
            }
        }
    }

    /// - Parameter prefix: what stands before "source_in_conv." in the checkpoint.
    /// - Throws: `FileError` (input) when measures cannot be; `CheckpointMisfit` with every tensor that is missing, misshapen, unknown or not
    ///   finite.
    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        try self.init(DINetConfiguration(checkpoint, prefix: prefix), ParameterBuilder(checkpoint, prefix: prefix))
    }

    /// A network with random weights.
    public convenience init(_ configuration: DINetConfiguration, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(configuration, ParameterBuilder(seed: seed))
    }

    private init(_ configuration: DINetConfiguration, _ builder: ParameterBuilder) throws {
        let c = configuration, scope = ParameterScope(builder)
        func layer(
            _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, axes: Int = 2, kernel: Int = 3, stride: Int = 1
        ) -> BiasedConvolution {
            BiasedConvolution(
                scope, normalization: "norm", from: inputs, to: outputs, axes: axes, kernel: kernel, stride: stride, activation: .relu)
        }
        func encoder(_ name: String, colors: Int) -> [BiasedConvolution] {
            let own = scope.scope(name)
            return [
                layer(own.scope(0), colors, c.encoder[0], kernel: 7), layer(own.scope(1), c.encoder[0], c.encoder[1], stride: 2),
                layer(own.scope(2), c.encoder[1], c.encoder[2], stride: 2),
            ]
        }
        self.configuration = configuration
        source = encoder("source_in_conv", colors: 3)
        references = encoder("ref_in_conv", colors: 3 * c.references)
        let trans = scope.scope("trans_conv"), deepest = c.encoder[2]
        firstComparison = PairedConvolution(trans.scope(0), from: deepest, and: deepest, to: c.comparison)
        let steps = [(11, 1), (11, 1), (3, 2), (7, 1), (7, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 2)]
        comparison = steps.enumerated().map { index, step in
            layer(trans.scope(index + 1), c.comparison, c.comparison, kernel: step.0, stride: step.1)
        }
        let audio = scope.scope("audio_encoder")
        sound = [
            .convolution(layer(audio.scope(0), c.soundValues, c.sound, axes: 1, kernel: 5)),
            .residual(NormalizedResidualBlock(audio.scope(1), c.sound, axes: 1)),
            .convolution(layer(audio.scope(2), c.sound, c.sound, axes: 1, stride: 2)),
            .residual(NormalizedResidualBlock(audio.scope(3), c.sound, axes: 1)),
            .convolution(layer(audio.scope(4), c.sound, c.sound, axes: 1, stride: 2)),
            .convolution(layer(audio.scope(5), c.sound, c.sound, axes: 1)),
        ]
        let groups = scope.scope("appearance_conv_list")
        appearance = (0..<2).map { group in
            (0..<c.appearanceBlocks).map { NormalizedResidualBlock(groups.scope(group).scope($0), deepest, axes: 2) }
        }
        maps = AdaptiveAffineTransformation(
            scope.scope("adaAT"), channels: deepest, code: c.comparison + c.sound, hidden: c.hidden)
        let out = scope.scope("out_conv")
        join = layer(out.scope(0), 2 * deepest + (c.skips ? c.comparison + c.sound : 0), c.decoder)
        up = layer(out.scope(1), c.decoder, c.decoder)
        refinement = NormalizedResidualBlock(out.scope(2), c.decoder, axes: 2)
        lastUp = layer(out.scope(3), c.decoder, c.decoder)
        let last = c.skips ? c.decoder / 2 : c.decoder
        color = BiasedConvolution(out, "4", from: last, to: 3, kernel: 7)
        let taken = scope.scope("skip_conv")
        skips =
            c.skips
            ? [
                layer(taken.scope(0), c.decoder + 2 * c.encoder[1], c.decoder),
                layer(taken.scope(1), c.decoder + 2 * c.encoder[0], last),
            ] : []
        // A new network moves nothing.
        motion = c.skips ? BiasedConvolution(taken.scope(2), from: last, to: 3, kernel: 7, initial: .zeros) : nil
        parameters = builder.parameters
        try builder.finish(wanted: "a complete checkpoint of DINet")
    }

    /// - Parameters:
    ///   - pictures: (N, 3·references, H, W), RGB in [0, 1], picture after picture.
    ///   - observe: is shown what the layers make, by the names of their parameters: ref_in_conv.0, …, appearance_conv_list.0.0, ….
    public func prepare(_ pictures: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> References {
        let maps = encoded(pictures, references, "ref_in_conv", observe), features = maps[2]
        let moved = refined(features, 0, observe)
        return References(
            features: features, larger: Array(maps.prefix(2)), first: first(pictures), appearance: self.maps.prepare(moved),
            comparison: firstComparison.prepare(features))
    }

    /// - Parameters:
    ///   - masked: (N, 3, H, W), RGB in [0, 1], 0 in the mouth's square.
    ///   - references: of N sets.
    ///   - rows: (N, values, L): rows of sound features around the frame, one after another along the last axis.
    ///   - observe: is shown what the layers make, by the names of their parameters, and parameter_code.
    /// - Returns: (N, 3, H, W), RGB in (0, 1).
    public func callAsFunction(
        _ masked: Tensor, _ references: References, sound rows: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil
    ) -> Tensor { paint(masked, references, sound: rows, observe: observe).picture }

    /// The same, with what moves the first reference, where the network has skips.
    public func paint(
        _ masked: Tensor, _ references: References, sound rows: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil
    ) -> MouthPainting {
        let hearsMouths = configuration.skips && configuration.soundValues == SpokenSound.mouth.values
        let given = hearsMouths ? MouthSketch.drawn(into: masked, rows: rows) : masked
        let own = encoded(given, source, "source_in_conv", observe), seen = own[2]
        let code = Concatenation.forward([compared(seen, references, observe), heard(rows, observe)])
        observe?("parameter_code", code)
        var moved = maps(references.appearance, code: code, observe: observe.map { observe in { observe("adaAT." + $0, $1) } })
        observe?("adaAT", moved)
        moved = refined(moved, 1, observe)
        var joined = [seen, moved]
        if configuration.skips {
            let places = code.reshaped(code.shape + [1, 1])
            joined.append(NearestEnlargement.forward(places, rows: seen.shape[2], columns: seen.shape[3]))
        }
        var x = join(Concatenation.forward(joined))
        observe?("out_conv.0", x)
        /// With the encoders' maps of a size, 1 the half and 0 the full one.
        func taken(_ x: Tensor, _ size: Int) -> Tensor {
            configuration.skips ? skips[1 - size](Concatenation.forward([x, own[size], references.larger[size]])) : x
        }
        x = taken(up(enlarging: x, by: 2), 1)
        observe?("out_conv.1", x)
        x = refinement(x)
        observe?("out_conv.2", x)
        x = taken(lastUp(enlarging: x, by: 2), 0)
        observe?("out_conv.3", x)
        let levels = color(x)
        observe?("out_conv.4", levels)
        let painted = Sigmoid.forward(levels)
        observe?("out_conv.5", painted)
        guard let motion else { return MouthPainting(picture: painted, flow: nil, mask: nil) }
        let warp = Warp.forward(source: references.first, features: painted, map: motion(x))
        return MouthPainting(picture: warp.blended!, flow: warp.flow, mask: warp.mask)
    }

    /// The first picture of each set: (N, 3·references, H, W) → (N, 3, H, W).
    private func first(_ pictures: Tensor) -> Tensor {
        let count = pictures.shape[0], references = configuration.references
        return Selection.forward(
            pictures.reshaped([count * references, 3] + pictures.shape[2...]), indices: (0..<count).map { $0 * references })
    }

    /// (N, comparison): how the source's head stands to the references', as a code.
    private func compared(_ seen: Tensor, _ references: References, _ observe: ((String, Tensor) -> Void)?) -> Tensor {
        var x = firstComparison(seen, references.features, prepared: references.comparison)
        observe?("trans_conv.0", x)
        for (index, layer) in comparison.enumerated() {
            x = layer(x)
            observe?("trans_conv.\(index + 1)", x)
        }
        return WindowPooling.meanOfAll(x)
    }

    /// (N, sound): what is said, as a code.
    private func heard(_ rows: Tensor, _ observe: ((String, Tensor) -> Void)?) -> Tensor {
        var x = rows
        for (index, layer) in sound.enumerated() {
            x = layer(x)
            observe?("audio_encoder.\(index)", x)
        }
        return WindowPooling.meanOfAll(x)
    }

    /// What each layer of an encoder makes.
    private func encoded(
        _ x: Tensor, _ layers: [BiasedConvolution], _ name: String, _ observe: ((String, Tensor) -> Void)?
    ) -> [Tensor] {
        var x = x, maps: [Tensor] = []
        for (index, layer) in layers.enumerated() {
            x = layer(x)
            observe?("\(name).\(index)", x)
            maps.append(x)
        }
        return maps
    }

    private func refined(_ x: Tensor, _ group: Int, _ observe: ((String, Tensor) -> Void)?) -> Tensor {
        var x = x
        for (index, block) in appearance[group].enumerated() {
            x = block(x)
            observe?("appearance_conv_list.\(group).\(index)", x)
        }
        return x
    }
}
