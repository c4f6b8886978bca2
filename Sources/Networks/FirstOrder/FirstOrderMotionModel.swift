import Checkpoints
import Files
import Tensors

/// The First Order Motion Model (Siarohin, Lathuilière, Tulyakov, Ricci and Sebe 2019): key points that nobody named, found by training on
/// videos of anything that moves, and the linear maps of their surroundings move the source picture.
public final class FirstOrderMotionModel: VideoDriven, @unchecked Sendable {
    public static let family = "fomm"
    public static let title = FirstOrderConfiguration.title
    public static let signature = "tensors such as generator.dense_motion_network.mask.weight and kp_detector.kp.weight"
    public static var settings: [String] { FirstOrderSettingsFile.names }

    public let networks: FirstOrderNetworks

    /// - Throws: `FileError` (input) for one of the two networks that animation needs without the other.
    public static func prefix(in checkpoint: Checkpoint) throws -> String? {
        let (generator, detector) = ("generator.dense_motion_network.", "kp_detector.kp.")
        let checkpoint = try FirstOrderNetworks.unwrapped(checkpoint)
        guard let prefix = try checkpoint.prefix(before: [generator, detector]) else {
            // The state of the generator alone; LivePortrait's warping module has such names, too, and a volume's mask.
            guard let mask = checkpoint.entries.first(where: { $0.name.hasSuffix("dense_motion_network.mask.weight") }),
                mask.shape.count == 4
            else { return nil }
            throw missing("kp_detector", in: checkpoint)
        }
        for (name, start) in [("generator", generator), ("kp_detector", detector)]
        where !checkpoint.entries.contains(where: { $0.name.hasPrefix(prefix + start) }) { throw missing(name, in: checkpoint) }
        return prefix
    }

    private static func missing(_ member: String, in checkpoint: Checkpoint) -> FileError {
        FileError(
            .input, checkpoint.path,
            "lacks the member \(member) of a First Order Motion Model, which has generator and kp_detector; use a complete checkpoint")
    }

    /// The networks of a checkpoint, with the settings of a file beside it (see `FirstOrderSettingsFile`), or the published ones.
    ///
    /// - Throws: as `PortraitNetwork.init`, and `FileError` for a file of settings that contradicts the checkpoint.
    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws { try self.init(checkpoint, prefix: prefix, settings: [:]) }

    public convenience init(_ checkpoint: Checkpoint, prefix: String, settings: [String: String]) throws {
        let checkpoint = try FirstOrderNetworks.unwrapped(checkpoint)
        var configuration = try FirstOrderConfiguration(checkpoint, prefix: prefix)
        try FirstOrderSettingsFile(beside: checkpoint.path)?.apply(to: &configuration)
        for (key, text) in settings.sorted(by: { $0.key < $1.key })
        where !FirstOrderSettingsFile.set(key, text, in: &configuration) {
            throw FileError(
                .input, checkpoint.path, "cannot have \(key) \"\(FileError.printable(text))\"; expected a number, or true or false")
        }
        if let problem = configuration.problem { throw FileError(.input, checkpoint.path, problem) }
        self.init(try FirstOrderNetworks(checkpoint, prefix: prefix, configuration))
    }

    public init(_ networks: FirstOrderNetworks) { self.networks = networks }

    private var configuration: FirstOrderConfiguration { networks.configuration }

    public var inputSize: Int { configuration.settings.size }
    public var outputSize: Int { configuration.settings.size }
    public var motionCount: Int { PointMotion.count(points: configuration.points, hasJacobians: hasJacobians) }
    public var parameters: [Parameter] { networks.parameters }
    public var authorsCheckpoint: [CheckpointMember]? { networks.authorsCheckpoint }

    var hasJacobians: Bool { configuration.jacobianMaps > 0 }

    public var measures: [NetworkMeasure] {
        let c = configuration, s = c.settings
        func decimal(_ value: Float) -> NetworkMeasure.Value { .decimal(Double("\(value)")!) }
        let maps = c.jacobianMaps == 0 ? "none" : c.jacobianMaps == 1 && c.points > 1 ? "one map for all" : "a map each"
        return [
            NetworkMeasure("points", .number(c.points), text: "\(c.points) key points; Jacobians: \(maps)"),
            NetworkMeasure("jacobian_maps", .number(c.jacobianMaps), text: nil),
            NetworkMeasure(
                "occlusion", .flag(c.estimatesOcclusion), text: c.estimatesOcclusion ? nil : "none: nothing is marked as hidden"),
            NetworkMeasure("detector_scale", .number(c.detectorScale), text: nil),
            NetworkMeasure("motion_scale", .number(c.motionScale), text: "dense motion on 1/\(c.motionScale) of the side"),
            NetworkMeasure("temperature", decimal(s.temperature), text: nil),
            NetworkMeasure("keypoint_padding", .number(s.keyPointPadding), text: nil),
            NetworkMeasure("heatmap_variance", decimal(s.variance), text: nil),
            NetworkMeasure(
                "align_corners", .flag(s.alignsCorners),
                text: s.alignsCorners
                    ? "true, as PyTorch 1.0 did that the published weights were trained with"
                    : "false, as the authors' code computes today; 'lia convert --set align_corners=true' makes the other"),
        ]
    }

    public var controls: [Control] { FirstOrderControl.all(points: configuration.points, hasJacobians: hasJacobians).map(\.control) }

    public var views: [View] {
        let (side, small) = (inputSize, inputSize / configuration.motionScale)
        let tiles = FirstOrderDrawing.tiles(configuration.points + 1)
        return [
            View(
                name: "points", label: "Key points", kind: .drawing,
                explanation: "Where the key points are taken to, and how their surroundings are stretched and turned; in the colors of the "
                    + "heatmaps and masks.", sides: [side]),
            View(
                name: "heatmaps", label: "Heatmaps", kind: .drawing,
                explanation: "Bright where a key point comes to, dark where it leaves; a color for each.", sides: [small]),
            View(
                name: "motions", label: "Sparse motions", kind: .drawing,
                explanation: "The small picture as it would be if all moved with one key point; the first is unmoved.",
                sides: [tiles * small]),
            View(
                name: "masks", label: "Masks", kind: .drawing,
                explanation: "Which key point each place moves with, in its color; grey where it stays.", sides: [small]),
            View(
                name: "flow", label: "Flow", kind: .flow,
                explanation: "Where the portrait\u{2019}s features come from: hue is the direction, full color a distance of {scale} "
                    + "of the picture.", sides: [small]),
            View(
                name: "deformed", label: "Moved picture", kind: .drawing,
                explanation: "The portrait moved by the flow alone; the network moves features in place of it.", sides: [side]),
        ]
            + (configuration.estimatesOcclusion
                ? [
                    View(
                        name: "mask", label: "Occlusion", kind: .mask,
                        explanation: "White is taken from the moved portrait, black is made anew.", sides: [small])
                ] : [])
    }

    public func encode(_ picture: Tensor) -> any EncodedPortrait {
        let picture = picture.fractions
        let points = networks.detector(picture)
        return FirstOrderPortrait(
            model: self, source: networks.generator.prepare(picture), points: points, motion: PointMotion.rows(points))
    }

    public func read(_ frame: Tensor) -> FrameReading {
        FrameReading(motion: PointMotion.rows(networks.detector(frame.fractions)), appearance: nil)
    }

    // MARK: Transfer

    public var choices: Set<TransferChoice> { [.controls, .scale] }

    /// Absolute motion is the driving key points; a strength scales what is added to the portrait's own.
    public func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor {
        let own = motion(portrait.motion), driving = motion(driving)
        var target = driving
        if transfer.mode == .relative {
            target = .relative(own: own, driving: driving, reference: motion(reference), adaptsScale: transfer.adaptsScale)
        }
        if transfer.strength != 1 {
            for (index, start) in own.points.enumerated() {
                let end = target.points[index]
                target.points[index].place = start.place + transfer.strength * (end.place - start.place)
                if let a = start.jacobian, let b = end.jacobian {
                    target.points[index].jacobian = a.moved(toward: b, by: transfer.strength)
                }
            }
        }
        guard let controls = transfer.controls else { return target.tensor }
        return FirstOrderControl.limited(target, to: controls, own: own).tensor
    }

    /// How differently the key points lie to each other.
    public func distance(_ a: Tensor, _ b: Tensor) -> Float { motion(a).shape.distance(to: motion(b).shape) }

    /// As the authors' demonstration finds its best frame: a face's landmarks say more of its pose than key points.
    public var comparesFaces: Bool { true }

    func motion(_ row: Tensor) -> PointMotion { PointMotion(row: row.values, hasJacobians: hasJacobians) }
}
