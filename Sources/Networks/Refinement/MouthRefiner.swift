import Checkpoints
import Files
import Foundation
import Operators
import Tensors

/// Paints the mouth of an animated portrait again. A network that moves a face by a flow can open a mouth, but teeth and what is dark behind them
/// are nowhere in the picture of a mouth that is shut, and a mouth is a fifth of the picture's side: what it paints there is soft. This one looks
/// at the mouth's square alone, as it was animated and as it is in the source, and is told where the lips are. Not in the paper.
///
/// A U-net: an encoder that halves the square three times, and a decoder that reads the encoder's maps, paints, and says how much of the animated
/// square stays, moved by a flow.
public final class MouthRefiner: PortraitNetwork, @unchecked Sendable {
    public static let family = "refiner", title = "mouth refiner"
    public static let signature = "tensors such as in_conv.weight and paint_conv.weight"

    /// Channels at the square's full size, its half, quarter and eighth.
    public let channels: [Int]
    public let parameters: [Parameter]
    /// The checkpoint that it was read from; nil for a network made in memory.
    public let path: String?
    private let first, middle, painting, motion: BiasedConvolution
    private let down, up: [(BiasedConvolution, BiasedConvolution)]

    /// The side of the mouth's square, in pixels.
    public static let side = 96
    /// Halvings of the square.
    package static let levels = 3

    public static func prefix(in checkpoint: Checkpoint) throws -> String? { try checkpoint.prefix(before: ["paint_conv."]) }

    /// - Throws: `FileError` (input) when its measures cannot be; `CheckpointMisfit`.
    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        let shapes = CheckpointShapes(checkpoint, prefix: prefix, title: Self.title)
        let channels = try [shapes.extent("in_conv.weight", 0)] + (0..<Self.levels).map { try shapes.extent("down.\($0).0.weight", 0) }
        try self.init(channels: channels, ParameterBuilder(checkpoint, prefix: prefix), path: checkpoint.path)
    }

    /// A network with random weights.
    ///
    /// - Parameter channels: four, as `channels`.
    public convenience init(channels: [Int], seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(channels: channels, ParameterBuilder(seed: seed))
    }

    private init(channels: [Int], _ builder: ParameterBuilder, path: String? = nil) throws {
        precondition(channels.count == Self.levels + 1, "\(channels)")
        let scope = ParameterScope(builder)
        func layer(
            _ scope: ParameterScope, _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1
        ) -> BiasedConvolution {
            BiasedConvolution(
                scope, name, from: inputs, to: outputs, kernel: kernel, stride: stride, activation: .leakyReLU, initial: .rectified)
        }
        (self.channels, self.path) = (channels, path)
        first = layer(scope, "in_conv", 8, channels[0], kernel: 5)
        down = (0..<Self.levels).map { level in
            let own = scope.scope("down").scope(level), (from, to) = (channels[level], channels[level + 1])
            return (layer(own, "0", from, to, stride: 2), layer(own, "1", to, to))
        }
        middle = layer(scope, "middle_conv", channels[Self.levels], channels[Self.levels])
        up = (0..<Self.levels).map { step in
            let own = scope.scope("up").scope(step), (from, to) = (channels[Self.levels - step], channels[Self.levels - step - 1])
            return (layer(own, "0", from, to), layer(own, "1", 2 * to, to))
        }
        painting = BiasedConvolution(scope, "paint_conv", from: channels[0], to: 3)
        // A new network moves nothing.
        motion = BiasedConvolution(scope, "motion_conv", from: channels[0], to: 3, initial: .zeros)
        parameters = builder.parameters
        try builder.finish(wanted: "a complete mouth refiner, as lia export writes it")
    }

    /// - Parameters:
    ///   - animated: (N, 3, S, S), RGB in [−1, 1]: the mouth's square of animated portraits; S a multiple of 8.
    ///   - source: (1 or N, 3, S, S): that of their sources.
    ///   - lips, region: (N, 2, S, S) and (N, 3, S, S), as `LipLines.drawn` draws them.
    /// - Returns: the square with its mouth painted, (N, 3, S, S), RGB, nominally in [−1, 1]; what moves the animated one, and how much of it stays.
    public func callAsFunction(_ animated: Tensor, source: Tensor, lips: Tensor, region: Tensor) -> MouthPainting {
        let count = animated.shape[0]
        let sources = source.shape[0] == count ? source : Repetition.forward(source, count: count)
        var x = first(Concatenation.forward([animated, sources, lips])), maps: [Tensor] = []
        for (halving, layer) in down {
            maps.append(x)
            x = layer(halving(x))
        }
        x = middle(x)
        for (enlarging, layer) in up { x = layer(Concatenation.forward([enlarging(enlarging: x, by: 2), maps.removeLast()])) }
        let levels = Sigmoid.forward(painting(x)), painted = Sum.forward(levels, minus: Tensor(repeating: 0.5, levels.shape))
        let warp = Warp.forward(source: animated, features: Scaling.forward(painted, by: 2), map: Self.centered(motion(x)))
        let change = Product.forward(region, Sum.forward(warp.blended!, minus: animated))
        return MouthPainting(picture: Sum.forward(animated, change), flow: warp.flow, mask: warp.mask)
    }
}

extension MouthRefiner {
    /// A map whose flow is 0 where nothing moves: LIA's grid goes from edge to edge, and what is sampled there lies up to half a pixel beside
    /// the centers of pixels.
    ///
    /// - Parameter map: (N, 3, S, S), raw flow and mask.
    private static func centered(_ map: Tensor) -> Tensor {
        let side = map.shape[2], size = side * side, beside = Tensor(zeros: map.shape)
        let places = (0..<side).map { Float(atanh((2 * Double($0) + 1) / Double(side) - 2 * Double($0) / Double(side - 1))) }
        for sample in 0..<map.shape[0] {
            let to = beside.mutablePointer + sample * 3 * size
            for pixel in 0..<size { (to[pixel], to[size + pixel]) = (places[pixel % side], places[pixel / side]) }
        }
        return Sum.forward(map, beside)
    }

    public var inputSize: Int { Self.side }
    public var outputSize: Int { Self.side }
    public var motionCount: Int { 0 }
    public var controls: [Control] { [] }
    public var views: [View] { [] }

    public var measures: [NetworkMeasure] {
        let text = channels.map(String.init).joined(separator: " ")
        return [
            NetworkMeasure("channels", .text(text), text: "\(text) channels, from the mouth's square of \(Self.side)×\(Self.side) px down")
        ]
    }

    /// - Throws: `FileError` (input), always.
    public func encode(_ picture: Tensor) throws -> any EncodedPortrait { throw Self.posesNone(Self.title) }

    static func posesNone(_ name: String) -> FileError {
        FileError(.input, name, "paints the mouths of portraits that another model animates; pass it as --refiner")
    }
}
