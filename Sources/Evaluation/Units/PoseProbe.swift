import Puppets
import Tensors

/// A drawn person in poses whose parameters are sampled evenly from their natural ranges and independently, so that no parameter is
/// told by another as in natural motion.
struct PoseProbe {
    let person: UInt64
    let count, size: Int

    /// Always equal for one person.
    var poses: [PuppetPose] {
        var random = RandomSource(seed: person)
        return (0..<count).map { _ in
            var pose = PuppetPose()
            for part in PuppetPose.parts {
                let (low, high) = (part.natural.lowerBound, part.natural.upperBound)
                pose[keyPath: part.value] = low + (high - low) * random.uniform()
            }
            return pose
        }
    }

    /// For each model, the motion that it reads in every pose.
    func motions(_ models: [EvaluatedModel], progress: (_ done: Int) -> Void) throws -> [[[Float]]] {
        let puppet = Puppet(seed: person)
        var found = models.map { _ in [[Float]]() }
        for (index, pose) in poses.enumerated() {
            let picture = puppet.draw(pose, size: size)
            for (number, model) in models.enumerated() {
                found[number].append(try model.motion(of: picture).values)
            }
            progress(index + 1)
        }
        return found
    }
}
