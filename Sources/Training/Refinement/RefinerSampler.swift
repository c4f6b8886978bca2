import Tensors

/// Chooses who moves how, without end and in an order that its seed alone decides.
struct RefinerSampler {
    private let settings: SettingGroup<RefinerSettings.Data>
    private let clips: RefinerClips
    var random: RandomSource

    /// Of how many frames the one is taken whose mouth is open the widest, or the most shut.
    private static let open = 4, shut = 8

    /// - Precondition: there are clips.
    init(_ settings: SettingGroup<RefinerSettings.Data>, clips: RefinerClips, seed: UInt64) {
        (self.settings, self.clips) = (settings, clips)
        random = RandomSource(seed: seed)
    }

    mutating func next() -> RefinerChoice {
        let clip = clips.clips[random.index(below: clips.clips.count)], jitter = Float(settings.jitter)
        let augmentation = settings.augmentation.sample(using: &random)
        let isShut = random.uniform() < Float(settings.shutSources)
        let source = candidates(clip, isShut ? Self.shut : 1).min { clip.opening($0) < clip.opening($1) }!
        let targets = (0..<settings.groupSize).map { _ in
            let isOpen = random.uniform() < Float(settings.openings)
            return candidates(clip, isOpen ? Self.open : 1).max { clip.opening($0) < clip.opening($1) }!
        }
        let jitters = (0...targets.count).map { _ in
            SIMD3(random.uniform(in: -jitter...jitter), random.uniform(in: -jitter...jitter), 1 + random.uniform(in: -jitter...jitter))
        }
        return RefinerChoice(clip: clip, source: source, targets: targets, augmentation: augmentation, jitter: jitters)
    }

    private mutating func candidates(_ clip: RefinerClips.Clip, _ count: Int) -> [Int] {
        (0..<count).map { _ in clip.frames[random.index(below: clip.frames.count)] }
    }
}

extension RefinerClips.Clip {
    /// How far the lips of a frame are apart.
    func opening(_ frame: Int) -> Float { mouths[frame]?.opening ?? 0 }
}
