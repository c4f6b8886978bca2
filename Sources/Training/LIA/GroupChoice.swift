/// A group before its pictures are made.
enum GroupChoice {
    /// Frames of a clip.
    case clip(GroupSampler.Choice)
    /// Drawn people.
    case puppets(PuppetGroup.Choice)

    var people: Int {
        switch self {
        case .clip: 1
        case .puppets(let choice): choice.people.count
        }
    }
}
