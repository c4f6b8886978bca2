import Tensors

/// Samples groups of frames for training, without end and in an order that its seed alone decides.
public struct GroupSampler: Sendable {
    public let dataset: Dataset
    /// Pictures in a group.
    public let groupSize: Int
    public let augmentation: Augmentation
    /// The landmarks of the data set's faces; nil where none are known.
    private let landmarks: FaceLandmarks?
    private let clips: [Int]
    /// The clips that have several frames.
    private let movingClips: [Int]
    private var random: RandomSource

    /// The state of the random numbers: a sampler that was made alike and is given the state of another goes on as the other would.
    public var state: UInt64 {
        get { random.state }
        set { random = RandomSource(seed: newValue) }
    }

    /// - Parameters:
    ///   - clips: indices in the data set's clips, at least one; each is sampled as often, however long it is.
    ///   - groupSize: K, at least 2.
    package init(
        dataset: Dataset, clips: [Int], groupSize: Int, augmentation: Augmentation = .mild, landmarks: FaceLandmarks? = nil,
        seed: UInt64
    ) {
        precondition(!clips.isEmpty && clips.allSatisfy(dataset.clips.indices.contains), "clips of \(dataset.clips.count)")
        precondition(groupSize >= 2, "a group of \(groupSize)")
        precondition(augmentation.problem == nil, augmentation.problem ?? "")
        self.dataset = dataset
        self.groupSize = groupSize
        self.augmentation = augmentation
        self.landmarks = landmarks
        self.clips = clips
        movingClips = clips.filter { dataset.clips[$0].count > 1 }
        random = RandomSource(seed: seed)
    }

    /// A group before its pictures are made.
    public struct Choice: Sendable {
        let clip: Int
        let frames: [Int]
        /// True where the frames lie within a moment.
        let isMoment: Bool
        let augmentation: SampledAugmentation
        let motion: PseudoMotion?
    }

    /// Samples the next group.
    ///
    /// - Parameter probability: how likely the group is one frame under known motion, 0 to 1. Photos are used only so; where
    ///   there are photos only, every group is.
    public mutating func next(pseudoMotion probability: Float) -> FrameGroup { group(choose(pseudoMotion: probability)) }

    /// How many frames of a clip lie within a moment in which heads hardly move and faces do.
    private static let moment = 10

    /// Chooses the next group.
    ///
    /// - Parameters:
    ///   - probability: how likely the group is one frame under known motion, 0 to 1.
    ///   - moments: how likely the group is of one moment of its clip.
    public mutating func choose(pseudoMotion probability: Float, moments: Float = 0) -> Choice {
        let isPseudo = random.uniform() < probability || movingClips.isEmpty
        let clip = isPseudo ? clips[random.index(below: clips.count)] : movingClips[random.index(below: movingClips.count)]
        let (frames, isMoment) = sampleFrames(of: dataset.clips[clip], alike: isPseudo, moments: moments)
        let augmentation = augmentation.sample(using: &random)
        return Choice(
            clip: clip, frames: frames, isMoment: isMoment, augmentation: augmentation,
            motion: isPseudo ? PseudoMotion(count: groupSize, using: &random) : nil)
    }

    /// Makes the pictures of a group.
    public func group(_ choice: Choice) -> FrameGroup {
        let (clip, frames, augmentation, motion) = (choice.clip, choice.frames, choice.augmentation, choice.motion)
        // Known motion already turns, scales and shifts; mirroring before it leaves the flow between members as it is.
        let maps = (0..<groupSize).map { member in
            var map = motion?.maps[member] ?? PictureMap(affine: augmentation.affine, warp: augmentation.warp)
            map.affine = augmentation.mirror.after(map.affine)
            return map
        }
        let size = dataset.size, dataset = dataset
        let pictures = Tensor(uninitialized: [groupSize, 3, size, size])
        let target = pictures.mutablePointer
        Parallel.forEach(groupSize) { member in
            dataset.withFrame(frames[member]) {
                maps[member].render($0, size: size, color: augmentation.color, into: target + member * 3 * size * size)
            }
        }
        let seen =
            motion == nil
            ? landmarks.map {
                FaceMotion($0, frames: frames, maps: maps, isMirrored: augmentation.isMirrored, isMoment: choice.isMoment)
            } : nil
        return FrameGroup(
            pictures: pictures, identity: dataset.clips[clip].identity, clip: clip, frames: frames, knownMotion: motion ?? seen)
    }

    /// Samples different frames of a clip, as far as it has so many; or one frame again and again.
    private mutating func sampleFrames(
        of clip: Dataset.Clip, alike: Bool, moments: Float
    ) -> (frames: [Int], isMoment: Bool) {
        if alike { return ([Int](repeating: clip.first + random.index(below: clip.count), count: groupSize), false) }
        var (first, count) = (clip.first, clip.count)
        let isMoment = moments > 0 && random.uniform() < moments
        if isMoment, count > Self.moment {
            first += random.index(below: count - Self.moment + 1)
            count = Self.moment
        }
        var frames: [Int] = []
        while frames.count < groupSize {
            let frame = first + random.index(below: count)
            if frames.count < count && frames.contains(frame) { continue }
            frames.append(frame)
        }
        return (frames, isMoment)
    }
}
