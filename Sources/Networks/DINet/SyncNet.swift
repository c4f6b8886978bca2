import Checkpoints
import Foundation
import Operators
import Tensors

/// Scores place by place how well five pictures of a mouth go with what is said: near 1 for what belongs together. DINet's loss of
/// synchrony has it (Zhang et al. 2023, section 3.3).
public final class SyncNet: @unchecked Sendable {
    public let parameters: [Parameter]
    /// Values of a row of sound features.
    public let soundValues: Int
    private let face: [(Tensor) -> Tensor]
    private let sound: [(Tensor) -> Tensor]
    private let join, score: BiasedConvolution

    /// Reads the measures off the shapes of the published tensors.
    ///
    /// - Throws: `FileError` (input) when it holds no such network; `CheckpointMisfit`.
    public convenience init(_ checkpoint: Checkpoint) throws {
        let prefix = try checkpoint.prefix(before: ["face_encoder.face_conv."]) ?? ""
        let shapes = CheckpointShapes(checkpoint, prefix: prefix, title: "SyncNet")
        let (pictures, rows) = ("face_encoder.face_conv.", "audio_encoder.audio_conv.")
        try self.init(
            pictures: shapes.extent(pictures + "0.conv.weight", 1), first: shapes.extent(pictures + "0.conv.weight", 0),
            channels: shapes.extent(pictures + "3.conv.weight", 0), soundValues: shapes.extent(rows + "0.conv.weight", 1),
            sound: shapes.extent(rows + "0.conv.weight", 0), code: shapes.extent(pictures + "15.conv.weight", 0),
            ParameterBuilder(checkpoint, prefix: prefix))
    }

    /// The network of a published file, or of a run that trains one.
    ///
    /// - Parameter path: a checkpoint, or the run's folder.
    /// - Throws: `FileError` and `CheckpointMisfit`.
    public convenience init(file path: String) throws {
        let run = (path as NSString).appendingPathComponent("checkpoint.safetensors")
        let checkpoint = try Checkpoint.open(FileManager.default.fileExists(atPath: run) ? run : path)
        // Of a run the moving average, as of any model.
        try self.init(checkpoint.metadata["lia_training"] == nil ? checkpoint : checkpoint.under("average."))
    }

    /// A network with random weights: `first` channels at full size, `channels` in all that follows.
    public convenience init(first: Int, channels: Int, soundValues: Int = 29, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(
            pictures: 15, first: first, channels: channels, soundValues: soundValues, sound: channels, code: channels,
            ParameterBuilder(seed: seed))
    }

    private init(
        pictures: Int, first: Int, channels: Int, soundValues: Int, sound: Int, code: Int, _ builder: ParameterBuilder
    ) throws {
        self.soundValues = soundValues
        let scope = ParameterScope(builder)
        func layer(
            _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, axes: Int = 2, kernel: Int = 3, stride: Int = 1
        ) -> BiasedConvolution {
            BiasedConvolution(
                scope, from: inputs, to: outputs, axes: axes, kernel: kernel, stride: stride, activation: .relu, initial: .rectified)
        }
        let frames = scope.scope("face_encoder").scope("face_conv")
        let whole = layer(frames.scope(0), pictures, first, kernel: 7)
        var face: [(Tensor) -> Tensor] = [{ whole($0) }]
        for group in 0..<5 {
            let width = group == 0 ? first : channels, place = 3 * group + 1, isLast = group == 4
            let residual = RectifiedResidualBlock(frames.scope(place), width, axes: 2)
            let halving = layer(frames.scope(place + 1), width, width)
            let same = layer(frames.scope(place + 2), width, isLast ? code : channels, kernel: isLast ? 1 : 3)
            face += [{ residual($0) }, { Pooling.mean(halving($0)) }, { same($0) }]
        }
        self.face = face
        let rows = scope.scope("audio_encoder").scope("audio_conv")
        let wide = layer(rows.scope(0), soundValues, sound, axes: 1, kernel: 7)
        var heard: [(Tensor) -> Tensor] = [{ wide($0) }]
        for group in 0..<3 {
            let residual = RectifiedResidualBlock(rows.scope(2 * group + 1), sound, axes: 1)
            let halving = layer(rows.scope(2 * group + 2), sound, sound, axes: 1, stride: 2)
            heard += [{ residual($0) }, { halving($0) }]
        }
        let last = layer(rows.scope(7), sound, code, axes: 1)
        self.sound = heard + [{ last($0) }]
        let merge = scope.scope("merge_encoder")
        join = BiasedConvolution(merge, "0", from: 2 * code, to: code, activation: .leakyReLU)
        score = BiasedConvolution(merge, "2", from: code, to: 1)
        parameters = builder.parameters
        try builder.finish(wanted: "a complete checkpoint of DINet's SyncNet")
    }

    /// - Parameters:
    ///   - pictures: (N, 15, m, m): five pictures of a mouth, RGB in [0, 1], one after another; m a multiple of 32.
    ///   - rows: (N, values, 9): rows of sound features, one after another along the last axis.
    ///   - observe: is shown what the layers make: face.0, …, audio.0, ….
    /// - Returns: (N, 1, m/32, m/32).
    public func callAsFunction(
        _ pictures: Tensor, sound rows: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil
    ) -> Tensor {
        scores(seen: seen(pictures, observe: observe), heard: heard(rows, observe: observe))
    }

    /// What is seen in pictures: (N, 15, m, m) → (N, code, m/32, m/32).
    package func seen(_ pictures: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        Self.run(face, pictures, "face", observe)
    }

    /// What is heard in rows: (N, values, 9) → (N, code, 1).
    package func heard(_ rows: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        WindowPooling.meanOfAll(Self.run(sound, rows, "audio", observe))
    }

    /// How well what is seen and what is heard go together, one by one: (N, code, H, W) and (N, code, 1) → (N, 1, H, W).
    package func scores(seen: Tensor, heard: Tensor) -> Tensor {
        let (rows, columns) = (seen.shape[2], seen.shape[3])
        let everywhere = NearestEnlargement.forward(heard.reshaped(heard.shape.prefix(2) + [1, 1]), rows: rows, columns: columns)
        return score(join(Concatenation.forward([seen, everywhere])))
    }

    private static func run(
        _ layers: [(Tensor) -> Tensor], _ x: Tensor, _ name: String, _ observe: ((_ name: String, Tensor) -> Void)?
    ) -> Tensor {
        var x = x
        for (index, layer) in layers.enumerated() {
            x = layer(x)
            observe?("\(name).\(index)", x)
        }
        return x
    }
}
