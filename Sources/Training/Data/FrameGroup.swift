import Puppets
import Tensors

/// Pictures of one identity that training reconstructs from one another.
public struct FrameGroup: Sendable {
    /// (K, 3, size, size), RGB in [−1, 1].
    public let pictures: Tensor
    /// How many people are seen, each in as many pictures, one person's after another's. Several take the poses in one
    /// order, so that each can be rebuilt from the other's motion.
    public let people: Int
    /// Who is seen.
    public let identity: String
    /// The clip's index in the data set; nil for a drawn person.
    public let clip: Int?
    /// Each picture's frame, as an index in the data set. Under pseudo-motion all are the same; a drawn person has none.
    public let frames: [Int]
    /// The known motion, where the pictures were made by it or landmarks tell it; nil for other moments of a clip.
    package let knownMotion: KnownMotion?
    /// Each picture's pose, parts that are not known being no numbers; nil where nothing is known.
    package let poses: [PuppetPose?]
    /// Each picture's eyes and mouth; nil where that is not known.
    package let regions: [FaceRegions?]

    package init(
        pictures: Tensor, people: Int = 1, identity: String, clip: Int?, frames: [Int], knownMotion: KnownMotion?,
        poses: [PuppetPose?]? = nil, regions: [FaceRegions?]? = nil
    ) {
        (self.pictures, self.people, self.identity) = (pictures, people, identity)
        (self.clip, self.frames, self.knownMotion) = (clip, frames, knownMotion)
        let count = pictures.shape[0]
        self.poses = poses ?? Array(repeating: nil, count: count)
        self.regions = regions ?? Array(repeating: nil, count: count)
    }
}
