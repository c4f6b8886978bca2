import Networks
import Tensors

/// Chooses who is seen saying what, without end and in an order that its seed alone decides.
struct SpokenSampler {
    /// How often what is chosen, and how it is cut.
    struct Settings {
        /// Frames in a row: 1, or those of a clip.
        let frames: Int
        /// References of each frame; none where 0.
        let references: Int
        let puppets, photos, singleReference, openings, closings, jitter: Float
        let augmentation: Augmentation
    }

    /// How a film's mouths differ from their references.
    private enum Contrast {
        case any, opens, shuts

        /// Of how many frames one is taken whose mouth is open, or shut, the furthest: smiles that show teeth are rare on films.
        var candidates: Int {
            switch self {
            case .any: 1
            case .opens: 4
            case .shuts: 8
            }
        }

        /// Whether the first of two mouths is the better reference, by how far their lips are apart.
        func prefers(_ first: Float, to second: Float) -> Bool { self == .shuts ? first > second : first < second }
    }

    private let settings: Settings
    private let clips: SpokenClips
    var random: RandomSource

    /// Drawn people are met within so many seconds, and their references at most so far from the frame.
    private static let seconds: Float = 600, reach: Float = 6
    /// How often a drawn head is still while its mouth speaks.
    private static let still: Float = 0.6
    /// How often the references of a film are at most so many seconds away, so that hardly more than the mouth differs.
    private static let nearby: Float = 0.4, near = 0.8

    init(_ settings: Settings, clips: SpokenClips, seed: UInt64) {
        (self.settings, self.clips) = (settings, clips)
        random = RandomSource(seed: seed)
    }

    mutating func next() -> SpokenChoice {
        let isDrawn = random.uniform() < settings.puppets, isPhoto = random.uniform() < settings.photos
        let augmentation = settings.augmentation.sample(using: &random)
        if isDrawn || clips.films.isEmpty && clips.photos.isEmpty { return drawn(augmentation) }
        if !clips.photos.isEmpty, isPhoto || clips.films.isEmpty {
            let photo = clips.photos[random.index(below: clips.photos.count)]
            return choice(.clip(photo), augmentation, targets: Array(repeating: 0, count: settings.frames)) { _ in 0 }
        }
        let clip = clips.films[random.index(below: clips.films.count)], kind = random.uniform()
        let contrast: Contrast = kind < settings.openings ? .opens : kind < settings.openings + settings.closings ? .shuts : .any
        let targets = targets(in: clip, contrast)
        var frames = clip.frames
        if random.uniform() < Self.nearby {
            let middle = clip.time(Int(targets[targets.count / 2]))
            frames = frames.filter { abs(clip.time($0) - middle) < Self.near }
        }
        return choice(.clip(clip), augmentation, targets: targets) { random in
            Double(Self.candidates(frames, contrast, using: &random).min { contrast.prefers(clip.lips[$0], to: clip.lips[$1]) }!)
        }
    }

    /// Frames of which one is taken: a single one where it may be any.
    private static func candidates(_ frames: [Int], _ contrast: Contrast, using random: inout RandomSource) -> [Int] {
        (0..<contrast.candidates).map { _ in frames[random.index(below: frames.count)] }
    }

    /// A frame, or some that are a 25th of a second apart, all of which can be cut out.
    private mutating func targets(in clip: SpokenClips.Clip, _ contrast: Contrast) -> [Double] {
        let usable = Set(clip.frames), count = settings.frames
        for _ in 0..<8 {
            let frames = Self.candidates(clip.frames, contrast, using: &random)
            let middle = frames.max { contrast.prefers(clip.lips[$0], to: clip.lips[$1]) }!
            if count == 1 { return [Double(middle)] }
            let moments = (0..<count).map { clip.time(middle) + Double($0 - count / 2) / SpokenRows.framesPerSecond }
            let found = moments.map(clip.frame)
            if found.allSatisfy(usable.contains) { return found.map { Double($0) } }
        }
        // A clip with gaps everywhere stands still.
        return Array(repeating: Double(clip.frames[0]), count: count)
    }

    private mutating func drawn(_ augmentation: SampledAugmentation) -> SpokenChoice {
        let speaker = DrawnSpeaker(using: &random), middle = Double(Self.seconds * random.uniform())
        let isStill = random.uniform() < Self.still
        let targets = (0..<settings.frames).map { middle + Double($0 - settings.frames / 2) / SpokenRows.framesPerSecond }
        return choice(.drawn(speaker), augmentation, targets: targets, head: isStill ? middle : nil) { random in
            middle + Double(random.uniform(in: -Self.reach...Self.reach))
        }
    }

    /// - Parameter reference: a moment of a reference.
    private mutating func choice(
        _ person: SpokenChoice.Person, _ augmentation: SampledAugmentation, targets: [Double], head: Double? = nil,
        reference: (inout RandomSource) -> Double
    ) -> SpokenChoice {
        let count = settings.references
        // The frames of a clip are cut alike.
        let shared = MouthCut.Jitter(settings.jitter, using: &random)
        let isSingle = random.uniform() < settings.singleReference
        var references: [[SpokenChoice.Shot]] = []
        for _ in targets {
            var shots: [SpokenChoice.Shot] = []
            for _ in 0..<(isSingle ? min(1, count) : count) {
                shots.append(.init(moment: reference(&random), head: head, jitter: .init(settings.jitter, using: &random)))
            }
            references.append(isSingle && count > 0 ? Array(repeating: shots[0], count: count) : shots)
        }
        // One photo serves all frames.
        if isSingle { references = Array(repeating: references[0], count: targets.count) }
        return SpokenChoice(
            person: person, augmentation: augmentation, targets: targets.map { .init(moment: $0, head: head, jitter: shared) },
            references: references, isSingle: isSingle)
    }
}
