import Checkpoints
import Files

/// The measures of a First Order Motion Model: what the shapes of its checkpoint's tensors tell, and its settings.
public struct FirstOrderConfiguration: Equatable, Sendable {
    /// K, how many key points there are.
    public var points: Int
    /// Maps of Jacobians: one for each key point, one for all of them, or none.
    public var jacobianMaps: Int
    /// How many times smaller the pictures are that the detector and the dense motion read.
    public var detectorScale, motionScale: Int
    /// Channels of the two hourglasses.
    public var detector, motion: Hourglass.Widths
    public var estimatesOcclusion: Bool
    /// Channels of the generator's encoder, from the full size down by halves.
    public var generator: [Int]
    /// Channels of its decoder, from the second smallest size up.
    public var upward: [Int]
    public var bottleneckBlocks: Int
    public var settings: FirstOrderSettings
    /// Whether a checkpoint's smoothing kernels must fit the scales; false where other scales than the checkpoint's are wanted.
    var checksKernels = true

    /// A network whose channels double from level to level, from a base up to a largest number.
    ///
    /// - Parameters:
    ///   - scale: how many times smaller the pictures are that detector and dense motion read: 1, 2, 4 or 8.
    ///   - base: channels of the generator at full size; of the detector's and the dense motion's hourglasses as they say.
    ///   - levels: how often the generator halves pictures.
    public init(
        points: Int, jacobianMaps: Int, scale: Int, detector: Hourglass.Widths, motion: Hourglass.Widths, estimatesOcclusion: Bool = true,
        base: Int, most: Int, levels: Int, bottleneckBlocks: Int, settings: FirstOrderSettings = .published
    ) {
        precondition([0, 1, points].contains(jacobianMaps) && levels > 0, "\(jacobianMaps) maps, \(levels) levels")
        (self.points, self.jacobianMaps, detectorScale, motionScale) = (points, jacobianMaps, scale, scale)
        (self.detector, self.motion, self.estimatesOcclusion) = (detector, motion, estimatesOcclusion)
        generator = (0...levels).map { min(most, base << $0) }
        upward = (0..<levels).reversed().map { min(most, base << $0) }
        (self.bottleneckBlocks, self.settings) = (bottleneckBlocks, settings)
    }

    /// The published networks for vox, taichi, fashion, nemo and bair; mgif has one map of Jacobians.
    public static let published = FirstOrderConfiguration(
        points: 10, jacobianMaps: 10, scale: 4, detector: .init(base: 32, most: 1024, levels: 5),
        motion: .init(base: 64, most: 1024, levels: 5), base: 64, most: 512, levels: 2, bottleneckBlocks: 6)

    /// Sides of pictures are multiples of it, so that what comes down in an hourglass fits what comes up.
    public var sizeUnit: Int {
        max(detectorScale << detector.encoder.count, motionScale << motion.encoder.count, 1 << (generator.count - 1))
    }

    /// Has pictures made smaller by another factor than the checkpoint's, whose smoothing kernel then does not fit.
    mutating func rescale(_ scale: WritableKeyPath<FirstOrderConfiguration, Int>, _ factor: Int) {
        guard self[keyPath: scale] != factor else { return }
        self[keyPath: scale] = factor
        checksKernels = false
    }

    /// Why the settings make no network; nil where they do.
    package var problem: String? {
        let s = settings, map = s.size / detectorScale - 6 + 2 * s.keyPointPadding
        if ![1, 2, 4, 8].contains(detectorScale) || ![1, 2, 4, 8].contains(motionScale) {
            return "expected scales of 1, ½, ¼ or ⅛, found 1/\(detectorScale) and 1/\(motionScale)"
        }
        guard s.size > 0, s.size <= 4096, s.size % sizeUnit == 0 else {
            return "expected a size that is a multiple of \(sizeUnit) px and at most 4096 px, found \(s.size) px"
        }
        guard (0...3).contains(s.keyPointPadding), map >= 2 else {
            return "expected a key point padding from 0 to 3 that leaves maps of at least 2×2, found \(s.keyPointPadding) for \(s.size) px"
        }
        guard s.temperature > 0, s.temperature.isFinite, s.variance > 0, s.variance.isFinite else {
            return "expected a temperature and a heatmap variance above 0, found \(s.temperature) and \(s.variance)"
        }
        return nil
    }
}

extension FirstOrderConfiguration {
    static let title = "First Order Motion Model"

    /// Reads the measures off the shapes of tensors that are called as the published checkpoints call them.
    ///
    /// - Throws: `FileError` (input) when a measure cannot be read, or cannot be.
    public init(_ checkpoint: Checkpoint, prefix: String, settings: FirstOrderSettings = .published) throws {
        let shapes = CheckpointShapes(checkpoint, prefix: prefix, title: Self.title)
        let (g, d) = ("generator.", "kp_detector."), m = "generator.dense_motion_network."
        func hourglass(_ stem: String) throws -> Hourglass.Widths {
            let encoder = try (0..<max(1, shapes.count(stem + "encoder.down_blocks."))).map {
                try shapes.extent(stem + "encoder.down_blocks.\($0).conv.weight", 0)
            }
            let decoder = try (0..<max(1, shapes.count(stem + "decoder.up_blocks."))).map {
                try shapes.extent(stem + "decoder.up_blocks.\($0).conv.weight", 0)
            }
            guard encoder.count == decoder.count, encoder.count <= 8 else {
                throw shapes.impossible("\(stem) has \(encoder.count) levels down and \(decoder.count) up")
            }
            return .init(encoder: encoder, decoder: decoder)
        }
        func scale(_ stem: String) throws -> Int {
            guard shapes.holds(stem + "down.weight") else { return 1 }
            let side = try shapes.extent(stem + "down.weight", 3)
            guard let factor = [2, 4, 8].first(where: { AntialiasedDownscaling.side(factor: $0) == side }) else {
                throw shapes.impossible("\(stem)down.weight is \(side)×\(side), not 5×5, 13×13 or 29×29")
            }
            return factor
        }
        let (points, rows) = (try shapes.extent(d + "kp.weight", 0), shapes.holds(d + "jacobian.weight"))
        let jacobians = rows ? try shapes.extent(d + "jacobian.weight", 0) : 0
        guard jacobians == 0 || jacobians == 4 || jacobians == 4 * points else {
            throw shapes.impossible("\(jacobians) rows of Jacobians for \(points) key points")
        }
        let levels = shapes.count(g + "down_blocks."), ascents = shapes.count(g + "up_blocks.")
        guard levels > 0, levels == ascents, levels <= 8 else {
            throw shapes.impossible("the generator has \(levels) levels down and \(ascents) up")
        }
        self.init(
            points: points, jacobianMaps: jacobians / 4, scale: try scale(d), detector: try hourglass(d + "predictor."),
            motion: try hourglass(m + "hourglass."), estimatesOcclusion: shapes.holds(m + "occlusion.weight"), base: 1, most: 1,
            levels: levels, bottleneckBlocks: shapes.count(g + "bottleneck.r"), settings: settings)
        motionScale = try scale(m)
        generator =
            try [shapes.extent(g + "first.conv.weight", 0)] + (0..<levels).map { try shapes.extent(g + "down_blocks.\($0).conv.weight", 0) }
        upward = try (0..<levels).map { try shapes.extent(g + "up_blocks.\($0).conv.weight", 0) }
    }
}
