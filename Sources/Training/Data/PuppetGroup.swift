import Media
import Puppets
import Tensors

/// Drawn people in several poses of one motion: pictures whose dense flow is known, occlusion included. No two are alike.
package struct PuppetGroup: KnownMotion {
    /// The people and poses of a group, sampled before anything is drawn.
    package struct Choice: Sendable {
        /// The people's seeds: one, or two in the same poses.
        package let people: [UInt64]
        package let poses: [PuppetPose]
    }

    let puppets: [Puppet]
    let poses: [PuppetPose]

    /// Samples the people, the motion and the moments.
    ///
    /// - Parameters:
    ///   - count: pictures; poses, when there is one person, within some six seconds of the motion.
    ///   - isPair: true where there are two people, each in half as many poses.
    ///   - isStill: true where the head stays as it is in the first pose, and only the face moves.
    package static func choose(
        count: Int, isPair: Bool = false, isStill: Bool = false, using random: inout RandomSource
    ) -> Choice {
        precondition(!isPair || count % 2 == 0, "\(count) pictures of two people")
        let people = (0..<(isPair ? 2 : 1)).map { _ in random.next() }
        let motion = random.next()
        let start = Double(random.uniform()) * 600
        let energy = 0.8 + 0.9 * random.uniform()
        let often: Float = isStill ? 0.7 : 0.35
        var poses: [PuppetPose] = []
        for _ in 0..<count / people.count {
            var pose = PuppetPose.motion(seed: motion, at: start + 6 * Double(random.uniform()), energy: energy)
            // Eyes are shut and mouths are wide open for moments only, which training would seldom see.
            if random.uniform() < often {
                pose.blinkLeft = min(1, 1.3 * random.uniform())
                pose.blinkRight = random.uniform() < 0.7 ? pose.blinkLeft : min(1, 1.3 * random.uniform())
            }
            if random.uniform() < often { pose.mouthOpen = random.uniform() }
            if isStill {
                for part in PuppetPose.parts.dropFirst(PuppetPose.headParts) where random.uniform() < 0.3 {
                    pose[keyPath: part.value] = random.uniform(in: part.natural)
                }
                let first = poses.first ?? pose
                for part in PuppetPose.parts.prefix(PuppetPose.headParts) { pose[keyPath: part.value] = first[keyPath: part.value] }
            }
            poses.append(pose)
        }
        return Choice(people: people, poses: poses)
    }

    package init(_ choice: Choice) {
        puppets = Parallel.map(choice.people.count) { Puppet(seed: choice.people[$0]) }
        poses = choice.poses
    }

    private func puppet(_ picture: Int) -> Puppet { puppets[picture / poses.count] }
    private func pose(_ picture: Int) -> PuppetPose { poses[picture % poses.count] }

    /// How much larger people are drawn than their poses say: faces of films that are cropped around them are that much larger.
    static let enlargement: Float = 1.25

    /// The pose that a picture is drawn in.
    private func drawn(_ picture: Int) -> PuppetPose {
        var pose = pose(picture)
        pose.scale *= Self.enlargement
        return pose
    }

    /// Each picture's pose.
    var pictured: [PuppetPose] { (0..<puppets.count * poses.count).map(pose) }

    /// Each picture's eyes and mouth.
    var regions: [FaceRegions] {
        pictured.indices.map { index in
            let found = puppet(index).regions(drawn(index))
            return FaceRegions(
                eyes: .init(center: found.eyes.center, reach: found.eyes.reach),
                mouth: .init(center: found.mouth.center, reach: found.mouth.reach))
        }
    }

    /// (pictures, 3, size, size), RGB in [−1, 1].
    package func pictures(size: Int) -> Tensor {
        let count = puppets.count * poses.count
        let result = Tensor(uninitialized: [count, 3, size, size])
        let (to, stride) = (result.mutablePointer, 3 * size * size)
        Parallel.forEach(count) { index in
            let picture = Tensor(puppet(index).draw(drawn(index), size: size))
            (to + index * stride).update(from: picture.pointer, count: stride)
            keepAlive(picture)
        }
        return result
    }

    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        precondition(source / poses.count == driving / poses.count, "the flow from one person to another")
        return puppet(source).flow(from: drawn(source), to: drawn(driving), size: max(size, PuppetFlow.smallest), opensMouths: true)
            .grid(size: size)
    }
}
