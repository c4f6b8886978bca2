import Operators
import Tensors

/// M: reads key points, expression and pose off a picture; a ConvNeXt V2 (Woo et al. 2023) with linear heads.
public struct MotionExtractor {
    /// Layer normalization over the channels of every place.
    struct Normalization {
        let weight, bias: Parameter

        init(_ scope: ParameterScope, _ channels: Int) {
            weight = scope.parameter("weight", [channels], initial: .ones)
            bias = scope.parameter("bias", [channels], initial: .zeros)
        }

        func callAsFunction(_ x: Tensor) -> Tensor { ChannelNormalization.forward(x, weight: weight.value, bias: bias.value) }
    }

    /// A linear layer for the channels of every place: a 1×1 convolution.
    struct Channels {
        let weights: Prepared<ConvolutionWeights>
        let bias: Parameter

        init(_ scope: ParameterScope, from inputs: Int, to outputs: Int) {
            weights = Prepared(scope.parameter("weight", [outputs, inputs], initial: .fanIn), isDifferentiated: false) {
                ConvolutionWeights($0.reshaped([outputs, inputs, 1, 1]))
            }
            bias = scope.parameter("bias", [outputs], initial: .zeros)
        }

        func callAsFunction(_ x: Tensor) -> Tensor {
            Convolution.forward(x, weight: weights.value, epilogue: Epilogue(bias: bias.value))
        }
    }

    /// Depthwise 7×7, normalization, four times the channels, GELU, response normalization, the channels again; added to what came in.
    package struct Block {
        let depthwise: (weight: Parameter, bias: Parameter)
        let response: (weight: Parameter, bias: Parameter)
        let normalization: Normalization
        let widening, narrowing: Channels

        package init(_ scope: ParameterScope, _ channels: Int) {
            let own = scope.scope("dwconv"), wide = 4 * channels
            depthwise = (own.parameter("weight", [channels, 1, 7, 7], initial: .fanIn), own.parameter("bias", [channels], initial: .zeros))
            normalization = Normalization(scope.scope("norm"), channels)
            widening = Channels(scope.scope("pwconv1"), from: channels, to: wide)
            response = (
                scope.scope("grn").parameter("gamma", [1, 1, 1, wide], initial: .zeros),
                scope.scope("grn").parameter("beta", [1, 1, 1, wide], initial: .zeros)
            )
            narrowing = Channels(scope.scope("pwconv2"), from: wide, to: channels)
        }

        package func callAsFunction(_ x: Tensor) -> Tensor {
            let y = DepthwiseConvolution.forward(
                x, weight: depthwise.weight.value, bias: depthwise.bias.value, rows: (3, 3), columns: (3, 3))
            let wide = GELU.forward(widening(normalization(y)))
            return Sum.forward(
                x, narrowing(ResponseNormalization.forward(wide, weight: response.weight.value, bias: response.bias.value)))
        }
    }

    /// A linear layer of the pooled features.
    struct Head {
        let weight, bias: Parameter

        init(_ scope: ParameterScope, _ name: String, from inputs: Int, to outputs: Int) {
            weight = scope.scope(name).parameter("weight", [outputs, inputs], initial: .fanIn)
            bias = scope.scope(name).parameter("bias", [outputs], initial: .zeros)
        }

        func callAsFunction(_ x: Tensor) -> Tensor { Linear.forward(x, weight: weight.value, bias: bias.value) }
    }

    private let shrinking: [(normalization: Normalization, convolution: BiasedConvolution)]
    private let stages: [[Block]]
    private let normalization: Normalization
    private let keyPoints, expression, translation, scale, pitch, yaw, roll: Head

    init(_ scope: ParameterScope, _ configuration: LivePortraitConfiguration) {
        let own = scope.scope("detector"), widths = configuration.motionWidths
        shrinking = widths.indices.map { index in
            let layers = own.scope("downsample_layers").scope(index)
            // The stem is normalized after its convolution, the others before theirs.
            guard index > 0 else {
                let stem = BiasedConvolution(layers, "0", from: 3, to: widths[0], kernel: 4, stride: 4, padding: 0)
                return (Normalization(layers.scope("1"), widths[0]), stem)
            }
            let before = Normalization(layers.scope("0"), widths[index - 1])
            return (
                before, BiasedConvolution(layers, "1", from: widths[index - 1], to: widths[index], kernel: 2, stride: 2, padding: 0)
            )
        }
        stages = widths.indices.map { stage in
            (0..<configuration.motionBlocks[stage]).map { Block(own.scope("stages").scope(stage).scope($0), widths[stage]) }
        }
        let last = widths.last!
        normalization = Normalization(own.scope("norm"), last)
        func head(_ name: String, _ outputs: Int) -> Head { Head(own, name, from: last, to: outputs) }
        keyPoints = head("fc_kp", 3 * configuration.points)
        scale = head("fc_scale", 1)
        (pitch, yaw, roll) = (head("fc_pitch", configuration.bins), head("fc_yaw", configuration.bins), head("fc_roll", configuration.bins))
        translation = head("fc_t", 3)
        expression = head("fc_exp", 3 * configuration.points)
    }

    /// - Parameters:
    ///   - picture: (N, 3, S, S), RGB in [0, 1], S a multiple of 32.
    ///   - observe: is shown what the parts make: down0, stage0, down1, …, pooled, and raw/kp, raw/exp, raw/t, raw/scale, raw/pitch, raw/yaw
    ///     and raw/roll, the heads before angles are read off.
    public func callAsFunction(_ picture: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> MotionHeads {
        var x = picture
        for (index, (normalization, convolution)) in shrinking.enumerated() {
            x = index == 0 ? normalization(convolution(x)) : convolution(normalization(x))
            observe?("down\(index)", x)
            for block in stages[index] { x = block(x) }
            observe?("stage\(index)", x)
        }
        let mean = WindowPooling.meanOfAll(x), pooled = normalization(mean.reshaped([mean.shape[0], mean.shape[1]]))
        observe?("pooled", pooled)
        func read(_ head: Head, _ name: String) -> Tensor {
            let result = head(pooled)
            observe?("raw/\(name)", result)
            return result
        }
        return MotionHeads(
            keyPoints: read(keyPoints, "kp"), expression: read(expression, "exp"), translation: read(translation, "t"),
            scale: read(scale, "scale"), pitch: HeadPose.degrees(read(pitch, "pitch")), yaw: HeadPose.degrees(read(yaw, "yaw")),
            roll: HeadPose.degrees(read(roll, "roll")))
    }
}
