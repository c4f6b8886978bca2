import Networks
import Puppets
import Tensors

/// Some frames of one person with their references, before their pictures are made.
struct SpokenChoice {
    /// A picture to be made.
    struct Shot {
        /// A frame of a clip, counted from its first, or a moment of a drawn person in seconds.
        let moment: Double
        /// The moment whose pose a drawn head has; nil for its own.
        var head: Double?
        let jitter: MouthCut.Jitter
    }

    enum Person {
        case clip(SpokenClips.Clip)
        case drawn(DrawnSpeaker)
    }

    let person: Person
    let augmentation: SampledAugmentation
    /// One, or in the stage of clips five.
    let targets: [Shot]
    /// Of each target.
    let references: [[Shot]]
    /// Whether all references are one picture.
    let isSingle: Bool

    /// The moment of a shot, in seconds.
    func seconds(_ shot: Shot) -> Double {
        if case .clip(let clip) = person { return clip.time(Int(shot.moment)) }
        return shot.moment
    }

    /// What is heard around a shot, (values, count).
    func sound(_ shot: Shot, count: Int) -> [Float] { sound(at: seconds(shot), count: count) }

    /// What is heard around a moment in seconds, (values, count).
    func sound(at seconds: Double, count: Int) -> [Float] {
        switch person {
        case .clip(let clip): clip.rows.around(seconds, count: count)
        case .drawn(let speaker): speaker.around(seconds, count: count)
        }
    }
}
