import Tensors

/// Groups of frames, one after another, and which frames each frame is rebuilt from.
public struct LIABatch {
    /// Which frame of a person's is rebuilt from which.
    package enum Source {
        /// Each from the frame that many places after it, the last being followed by the first.
        case away(Int)
        /// All from the frame of this number, itself with its own motion.
        case frame(Int)
    }

    /// (frames, 3, size, size), RGB in [−1, 1].
    let frames: Tensor
    /// For every frame, the number of the frame that it is rebuilt from.
    package let sources: [Int]
    /// For every frame, the number of the frame whose motion it is rebuilt with.
    package let drivings: [Int]
    /// For every frame, the number of the frame relative to whose motion the driving frame's is taken, as in relative transfer; its source
    /// where the driving frame's motion is taken as it is.
    package let references: [Int]
    let groups: [FrameGroup]
    /// For every frame, where it shows the face, the eyes and the mouth; nil where that is not known.
    var regions: [FaceRegions?] { groups.flatMap(\.regions) }
    /// For every group, true where what is known of the poses stands in for what the encoder reads of them.
    let isGiven: [Bool]

    /// - Parameters:
    ///   - choices: for each group, which frames are the sources.
    ///   - isRelative: for each group, true where two people are rebuilt by relative transfer, from the source's pose on.
    package init(_ groups: [FrameGroup], sources choices: [Source], isRelative: [Bool], isGiven: [Bool]? = nil) {
        self.groups = groups
        self.isGiven = isGiven ?? groups.map { _ in true }
        let pictures = groups[0].pictures
        let count = pictures.shape[0]
        frames = Tensor(uninitialized: [groups.count * count] + pictures.shape.dropFirst())
        var sources: [Int] = [], drivings: [Int] = [], references: [Int] = []
        for (index, group) in groups.enumerated() {
            (frames.mutablePointer + index * pictures.count).update(from: group.pictures.pointer, count: pictures.count)
            let own = count / group.people
            for frame in 0..<count {
                let first = index * count + frame / own * own
                let other = index * count + (frame + (group.people - 1) * own) % count
                switch choices[index] {
                case .away(let distance):
                    sources.append(first + (frame % own + distance) % own)
                    drivings.append(other)
                case .frame(let number):
                    sources.append(first + number)
                    drivings.append(frame % own == number ? index * count + frame : other)
                }
                // The other person in the source's pose.
                let source = sources.last! - index * count
                references.append(
                    isRelative[index] && drivings.last! == other
                        ? index * count + (source + (group.people - 1) * own) % count : sources.last!)
            }
        }
        (self.sources, self.drivings, self.references) = (sources, drivings, references)
        keepAlive(pictures)
    }
}
