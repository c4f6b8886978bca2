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
        let augmentation: SampledAugmentation
        let motion: PseudoMotion?
        /// How each member's face is turned in space; nil where none is.
        let turns: [FaceTurn]?
    }

    /// Samples the next group.
    ///
    /// - Parameter probability: how likely the group is one frame under known motion, 0 to 1. Photos are used only so; where
    ///   there are photos only, every group is.
    public mutating func next(pseudoMotion probability: Float) -> FrameGroup { group(choose(pseudoMotion: probability)) }

    /// How many frames of a clip lie within a moment in which heads hardly move and faces do.
    private static let moment = 10

    /// Of how many frames the one that differs most is taken.
    private static let candidates = 4

    /// Chooses the next group.
    ///
    /// - Parameters:
    ///   - probability: how likely the group is one frame under known motion, 0 to 1.
    ///   - moments: how likely the group is of one moment of its clip.
    ///   - turned: how likely a group of one frame is a face that is turned in space, where its landmarks are known.
    ///   - varied: how likely the frames of another group are chosen to differ in what face and head do, as far as landmarks tell.
    public mutating func choose(pseudoMotion probability: Float, moments: Float = 0, varied: Float = 0, turned: Float = 0) -> Choice {
        let isPseudo = random.uniform() < probability || movingClips.isEmpty
        let clip = isPseudo ? clips[random.index(below: clips.count)] : movingClips[random.index(below: movingClips.count)]
        let frames = sampleFrames(of: dataset.clips[clip], alike: isPseudo, moments: moments, varied: varied)
        let augmentation = augmentation.sample(using: &random)
        if isPseudo, turned > 0, random.uniform() < turned, landmarks?.face(frame: frames[0]) != nil {
            let turns = [FaceTurn()] + (1..<groupSize).map { _ in FaceTurn(using: &random) }
            return Choice(clip: clip, frames: frames, augmentation: augmentation, motion: nil, turns: turns)
        }
        return Choice(
            clip: clip, frames: frames, augmentation: augmentation,
            motion: isPseudo ? PseudoMotion(count: groupSize, using: &random) : nil, turns: nil)
    }

    /// Makes the pictures of a face that is turned in space.
    private func group(_ choice: Choice, turned sampled: [FaceTurn], _ landmarks: FaceLandmarks) -> FrameGroup {
        let frame = choice.frames[0], augmentation = choice.augmentation, size = dataset.size
        let map = PictureMap(affine: augmentation.mirror.after(augmentation.affine), warp: augmentation.warp)
        let face = TurnedFace(points: landmarks.face(frame: frame)!)
        let turns = sampled.map(face.limited)
        let points = turns.map { map.pictured(face.moved($0)) }
        let pictures = Tensor(uninitialized: [groupSize, 3, size, size])
        dataset.withFrame(frame) { frame in
            for (member, turn) in turns.enumerated() {
                face.render(
                    frame, size: size, turn: turn, map: map, isMirrored: augmentation.isMirrored, pictured: points[member],
                    triangles: landmarks.triangles, color: augmentation.color,
                    into: pictures.mutablePointer + member * 3 * size * size)
            }
        }
        let seen = FaceMotion(landmarks, clip: choice.clip, points: points, isMirrored: augmentation.isMirrored)
        return FrameGroup(
            pictures: pictures, identity: dataset.clips[choice.clip].identity, clip: choice.clip, frames: choice.frames,
            knownMotion: seen, poses: seen.poses, regions: seen.regions)
    }

    /// Makes the pictures of a group.
    public func group(_ choice: Choice) -> FrameGroup {
        if let turns = choice.turns, let landmarks { return group(choice, turned: turns, landmarks) }
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
        let seen = landmarks.map { FaceMotion($0, clip: clip, frames: frames, maps: maps, isMirrored: augmentation.isMirrored) }
        return FrameGroup(
            pictures: pictures, identity: dataset.clips[clip].identity, clip: clip, frames: frames, knownMotion: motion ?? seen,
            poses: seen?.poses, regions: seen?.regions)
    }

    /// Samples different frames of a clip, as far as it has so many; or one frame again and again.
    private mutating func sampleFrames(of clip: Dataset.Clip, alike: Bool, moments: Float, varied: Float) -> [Int] {
        if alike { return [Int](repeating: clip.first + random.index(below: clip.count), count: groupSize) }
        var (first, count) = (clip.first, clip.count)
        let isMoment = moments > 0 && random.uniform() < moments
        if isMoment, count > Self.moment {
            first += random.index(below: count - Self.moment + 1)
            count = Self.moment
        }
        let isVaried = varied > 0 && !isMoment && random.uniform() < varied
        var frames: [Int] = []
        while frames.count < groupSize {
            var frame = first + random.index(below: count)
            if isVaried, !frames.isEmpty, let landmarks {
                let others = (1..<Self.candidates).map { _ in first + random.index(below: count) }
                frame = landmarks.farthest([frame] + others, from: frames)
            }
            if frames.count < count && frames.contains(frame) { continue }
            frames.append(frame)
        }
        return frames
    }
}
