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

    /// Makes the group.
    ///
    /// - Parameters:
    ///   - sampler: what chose the group, where it is of a clip.
    ///   - size: of pictures of drawn people, in pixels.
    func made(by sampler: GroupSampler, size: Int) -> FrameGroup {
        switch self {
        case .clip(let choice): return sampler.group(choice)
        case .puppets(let choice):
            let drawn = PuppetGroup(choice)
            return FrameGroup(
                pictures: drawn.pictures(size: size), people: choice.people.count, identity: "puppet", clip: nil, frames: [],
                knownMotion: drawn, poses: drawn.pictured, regions: drawn.regions)
        }
    }
}
