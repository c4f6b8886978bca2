import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// An operator or layer of the reference vectors, made from the vectors' parameters and run on their inputs. One list serves the tests of
/// values and of gradients.
struct ReferenceCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// Runs the operator; `tensor` returns the input or parameter of a name.
    let outputs: @Sendable (_ tensor: (String) throws -> Tensor) throws -> [Tensor]

    var testDescription: String { name }

    static let all: [ReferenceCase] = [
        ReferenceCase(name: "equal_conv2d_3x3") { t in
            let weight = try t("param/weight")
            return [
                Convolution.forward(
                    try t("input0"), weight: weight, gain: equalized(weight), padding: 1,
                    epilogue: Epilogue(bias: try t("param/bias")))
            ]
        },
        ReferenceCase(name: "equal_conv2d_3x3_stride2") { t in
            let weight = try t("param/weight")
            return [Convolution.forward(try t("input0"), weight: weight, gain: equalized(weight), stride: 2)]
        },
        ReferenceCase(name: "equal_conv2d_4x4") { t in
            let weight = try t("param/weight")
            return [Convolution.forward(try t("input0"), weight: weight, gain: equalized(weight))]
        },
        ReferenceCase(name: "equal_linear") { t in
            let weight = try t("param/weight")
            return [
                Linear.forward(try t("input0"), weight: weight, bias: try t("param/bias"), gain: equalized(weight))
            ]
        },
        ReferenceCase(name: "fused_leaky_relu") { t in
            [ChannelBias.forward(try t("input0"), bias: try t("param/bias"), activation: .scaledLeakyReLU)]
        },
        ReferenceCase(name: "blur_down") { t in [Blur.forward(try t("input0"), before: 2, after: 2)] },
        ReferenceCase(name: "blur_up") { t in [Blur.forward(try t("input0"), before: 1, after: 1, gain: 4)] },
        ReferenceCase(name: "upsample") { t in [Upsampling.forward(try t("input0"))] },
        ReferenceCase(name: "grid_sample") { t in [GridSampling.forward(try t("input0"), grid: try t("input1"))] },
        ReferenceCase(name: "direction") { t in
            let basis = try Orthogonalization.orthonormalize(try t("param/weight"))
            return [Linear.forward(try t("input0"), weight: basis)]
        },
        ReferenceCase(name: "conv_layer_1x1") { t in
            let layer = try layer(t) { ConvolutionLayer($0, from: 3, to: 6, kernel: 1) }
            return [layer(try t("input0"))]
        },
        ReferenceCase(name: "resblock") { t in
            let block = try layer(t) { ResidualBlock($0, from: 5, to: 7) }
            return [block(try t("input0"))]
        },
        ReferenceCase(name: "modulated_conv2d_3x3") { t in
            let (x, style, weight) = (try t("input0"), try modulation(t), try t("param/weight"))
            let gain = equalized(weight)
            let demodulation = Modulation.demodulation(style: style, energy: Modulation.energy(of: weight), gain: gain)
            return [
                Convolution.forward(
                    x, weight: weight, gain: gain, padding: 1, inputScale: style,
                    epilogue: Epilogue(scale: demodulation))
            ]
        },
        ReferenceCase(name: "modulated_conv2d_3x3_upsample") { t in
            let (x, style, weight) = (try t("input0"), try modulation(t), try t("param/weight"))
            let gain = equalized(weight)
            let demodulation = Modulation.demodulation(style: style, energy: Modulation.energy(of: weight), gain: gain)
            return [
                UpsamplingConvolution.forward(
                    x, weight: ConvolutionWeights(weight, gain: gain), inputScale: style,
                    epilogue: Epilogue(scale: demodulation))
            ]
        },
        ReferenceCase(name: "modulated_conv2d_1x1_nodemod") { t in
            let weight = try t("param/weight")
            return [
                Convolution.forward(
                    try t("input0"), weight: weight, gain: equalized(weight), inputScale: try modulation(t))
            ]
        },
        ReferenceCase(name: "styled_conv") { t in
            let layer = try layer(t) { StyledConvolution($0, from: 6, to: 5, code: 8) }
            return [layer(try t("input0"), code: try t("input1"))]
        },
        ReferenceCase(name: "styled_conv_upsample") { t in
            let layer = try layer(t) { StyledConvolution($0, from: 6, to: 5, code: 8, doubling: true) }
            return [layer(try t("input0"), code: try t("input1"))]
        },
        ReferenceCase(name: "to_rgb") { t in
            let layer = try layer(t) { ToRGB($0, channels: 6) }
            return [layer(try t("input0"), previous: try t("input1"))]
        },
        ReferenceCase(name: "to_flow_first") { t in
            let layer = try layer(t) { ToFlow($0, channels: 6, code: 8) }
            let (warp, map) = layer(try t("input0"), code: try t("input1"), source: try t("input2"), previous: nil)
            return [warp.warped, warp.blended!, map]
        },
        ReferenceCase(name: "to_flow") { t in
            let layer = try layer(t) { ToFlow($0, channels: 6, code: 8) }
            let (warp, map) = layer(
                try t("input0"), code: try t("input1"), source: try t("input2"), previous: try t("input3"))
            return [warp.warped, warp.blended!, map]
        },
    ]

    /// The factor of an equalized learning rate, 1/√fan-in.
    static func equalized(_ weight: Tensor) -> Float {
        let shape = weight.shape.count == 5 ? Array(weight.shape.dropFirst()) : weight.shape
        return 1 / Float(shape.dropFirst().reduce(1, *)).squareRoot()
    }

    /// The style of a modulated convolution: an equalized linear layer of the code.
    static func modulation(_ t: (String) throws -> Tensor) throws -> Tensor {
        let weight = try t("param/modulation.weight")
        return Linear.forward(
            try t("input1"), weight: weight, bias: try t("param/modulation.bias"), gain: equalized(weight))
    }

    /// A layer with the parameters of the case.
    static func layer<Layer>(
        _ t: (String) throws -> Tensor, _ make: (ParameterScope) -> Layer
    ) throws -> Layer {
        let (layer, parameters) = Parameter.collecting(make)
        for parameter in parameters { parameter.value = try t("param/\(parameter.name)") }
        return layer
    }
}
