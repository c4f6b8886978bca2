import Checkpoints
import Tensors

/// LivePortrait (Guo et al. 2024, "LivePortrait: Efficient portrait animation with stitching and retargeting control"): key points with a
/// depth move a feature volume, and small networks join the head to its shoulders and open or close eyes and lips.
public final class LivePortrait: VideoDriven, @unchecked Sendable {
    public static let family = "liveportrait"
    public static let title = "LivePortrait"
    public static let signature = "tensors such as motion_extractor.detector.fc_kp.weight and spade_generator.fc.weight"
    public static var files: [String] { LivePortraitNetworks.files }

    public let networks: LivePortraitNetworks
    package let pointNetworks: MotionTransfer.Networks

    public static func prefix(in checkpoint: Checkpoint) throws -> String? { try LivePortraitNetworks.prefix(in: checkpoint) }

    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        self.init(try LivePortraitNetworks(checkpoint, prefix: prefix))
    }

    public init(_ networks: LivePortraitNetworks) {
        self.networks = networks
        func values(_ network: PointNetwork) -> @Sendable ([Float]) -> [Float] {
            nonisolated(unsafe) let network = network
            return { network(Tensor($0, [1, $0.count])).values }
        }
        pointNetworks = .init(stitching: values(networks.stitching), eyes: values(networks.eye), lips: values(networks.lip))
    }

    public var inputSize: Int { networks.configuration.inputSize }
    public var outputSize: Int { networks.configuration.outputSize }
    public var motionCount: Int { HeadMotion.count }
    public var parameters: [Parameter] { networks.parameters }

    public var measures: [NetworkMeasure] {
        let c = networks.configuration
        return [
            NetworkMeasure("points", c.points),
            NetworkMeasure("volume", "\(c.volumeChannels)×\(c.depth)×\(c.outputSize / 8)×\(c.outputSize / 8)"),
            NetworkMeasure("labels", c.labels),
        ]
    }

    public var controls: [Control] { LivePortraitControl.allCases.map(\.control) }

    public var views: [View] {
        let side = inputSize / 4
        return [
            View(
                name: "points", label: "Key points", kind: .drawing,
                explanation: "Where the 21 key points are taken to; their depth is not seen.", sides: [outputSize]),
            View(
                name: "flow", label: "Flow", kind: .flow,
                explanation:
                    "Where the portrait\u{2019}s feature volume comes from, the mean over its depth: hue is the direction, full color "
                    + "a distance of {scale} of the picture.", sides: [side]),
            View(
                name: "mask", label: "Occlusion", kind: .mask, explanation: "White is taken from the warped portrait, black is made anew.",
                sides: [side]),
        ]
    }

    /// The authors' squares: 2.3 times the face and turned with it for sources, 2.2 times and upright for driving videos.
    public var framing: Framing? {
        Framing(
            source: .init(scale: 2.3, shift: -0.125, turns: true), driving: .init(scale: 2.2, shift: -0.1, turns: false),
            side: 2 * inputSize)
    }

    public var readsOpenings: Bool { true }

    public func encode(_ picture: Tensor) throws -> any EncodedPortrait { try encode(picture, opening: nil) }

    public func encode(_ picture: Tensor, opening: FaceOpening?) throws -> any EncodedPortrait {
        let picture = picture.fractions, own = motions(picture, opening)[0]
        return LivePortraitPortrait(
            network: self, volume: networks.warping.prepare(networks.appearance(picture)), own: own, ownPoints: own.ownPoints)
    }

    public func read(_ frame: Tensor) throws -> FrameReading { try read(frame, opening: nil) }

    public func read(_ frame: Tensor, opening: FaceOpening?) throws -> FrameReading {
        let rows = motions(frame.fractions, opening).flatMap { motion -> [Float] in
            var motion = motion
            // No transfer takes on the depth.
            motion.translation[2] = 0
            return motion.row
        }
        return FrameReading(motion: Tensor(rows, [frame.shape[0], HeadMotion.count]), appearance: nil)
    }

    /// - Parameter pictures: (N, 3, inputSize, inputSize), RGB in [0, 1].
    private func motions(_ pictures: Tensor, _ opening: FaceOpening?) -> [HeadMotion] {
        let heads = networks.motion(pictures)
        func rows(_ tensor: Tensor) -> [[Float]] {
            let values = tensor.values, width = tensor.count / tensor.shape[0]
            return (0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
        }
        let (keyPoints, expression, translation) = (rows(heads.keyPoints), rows(heads.expression), rows(heads.translation))
        let (scale, pitch, yaw, roll) = (heads.scale.values, heads.pitch.values, heads.yaw.values, heads.roll.values)
        return keyPoints.indices.map {
            HeadMotion(
                keyPoints: keyPoints[$0], expression: expression[$0],
                rotation: HeadRotation(pitch: pitch[$0], yaw: yaw[$0], roll: roll[$0]),
                translation: translation[$0], scale: scale[$0], opening: opening)
        }
    }

    // MARK: Transfer

    public var choices: Set<TransferChoice> { [.region, .stitching, .eyes, .lips, .animals] }

    public var isMovedByOnePicture: Bool { true }

    public func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor {
        let work = MotionTransfer(transfer: transfer, networks: pointNetworks)
        let own = HeadMotion(row: portrait.motion.values)
        let (driving, reference) = (HeadMotion(row: driving.values), HeadMotion(row: reference.values))
        let candidate = work.candidate(own, driving: driving, reference: reference)
        return work.target(candidate, own, driving: driving, reference: reference).tensor
    }

    /// How far expression and turn are apart, each value by itself.
    public func distance(_ a: Tensor, _ b: Tensor) -> Float {
        let (a, b) = (HeadMotion(row: a.values), HeadMotion(row: b.values))
        let pairs = zip(a.expression + a.rotation.values, b.expression + b.rotation.values)
        return pairs.reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    public func clip(at path: String) throws -> MotionClip? {
        let template = try MotionTemplate(path: path)
        return MotionClip(frames: template.frames.map(\.tensor), rate: template.rate)
    }

    public func problem(of transfer: Transfer, driving: Tensor) -> String? {
        let motion = HeadMotion(row: driving.values)
        if let problem = motion.problem { return problem }
        guard transfer.eyes == .driving || transfer.lips == .driving, motion.opening == nil else { return nil }
        return
            "does not tell how far eyes and lips are open, as --eyes driving and --lips driving want: no face was looked for or found, or "
            + "the file has no ratios; give numbers instead, such as --eyes 0.3"
    }

    public func problem(of transfer: Transfer, portrait: any EncodedPortrait) -> String? {
        guard transfer.closesLips || transfer.holdsEyes, HeadMotion(row: portrait.motion.values).opening == nil else { return nil }
        return
            "does not tell how far eyes and lips are open, as --close-lips and --keep-eyes want: no face was looked for or found in it; "
            + "leave them out, or bring the networks that find faces ('lia faces' says how)"
    }

    public func smoothsClips(_ transfer: Transfer, _ situation: Transfer.Situation) -> Bool {
        situation.isSourceMoving && !situation.isDrivingStill && !transfer.isOfAnimals
    }

    /// The Kalman smoother over the candidates of all frames (see `KalmanSmoothing`); at strength 0 the authors' light one.
    public func smoothed(_ frames: [DrivenFrame], reference: Tensor, _ transfer: Transfer, strength: Float) -> [Tensor] {
        let work = MotionTransfer(transfer: transfer, networks: pointNetworks), start = HeadMotion(row: reference.values)
        let own = frames.map { HeadMotion(row: $0.own.values) }, driving = frames.map { HeadMotion(row: $0.driving.values) }
        let candidates = zip(own, driving).map { work.candidate($0, driving: $1, reference: start) }
        let rows = KalmanSmoothing.smoothed(
            candidates.map { $0.expression + $0.rotation.values }, variance: KalmanSmoothing.variance(strength: strength))
        return rows.indices.map { index in
            let smooth = MotionTransfer.Candidate(
                expression: Array(rows[index][..<63]), rotation: HeadRotation(values: Array(rows[index][63...])))
            return work.driving(giving: smooth, own[index], driving: driving[index], reference: start).tensor
        }
    }
}
