import Animation
import Media
import Puppets
import Tensors

/// One drawn person in several poses of one motion: pictures whose dense flow is known, occlusion included. No two are alike.
package struct PuppetGroup: KnownMotion {
    let puppet: Puppet
    let poses: [PuppetPose]

    /// Draws the person, the motion and the moments.
    ///
    /// - Parameter count: poses, within some six seconds of the motion.
    package init(count: Int, using random: inout RandomSource) {
        puppet = Puppet(seed: random.next())
        let motion = random.next()
        let start = Double(random.uniform()) * 600
        let energy = 0.8 + 0.9 * random.uniform()
        poses = (0..<count).map { _ in
            PuppetPose.motion(seed: motion, at: start + 6 * Double(random.uniform()), energy: energy)
        }
    }

    /// (poses, 3, size, size), RGB in [−1, 1].
    package func pictures(size: Int) -> Tensor {
        let result = Tensor(uninitialized: [poses.count, 3, size, size])
        let (to, stride) = (result.mutablePointer, 3 * size * size)
        Parallel.forEach(poses.count) { index in
            let picture = Tensor(puppet.draw(poses[index], size: size))
            (to + index * stride).update(from: picture.pointer, count: stride)
            keepAlive(picture)
        }
        return result
    }

    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor) {
        // Small maps are means over the valid pixels of a larger one, whose parts are still told apart.
        let factor = max(1, 32 / size)
        let flow = puppet.flow(from: poses[source], to: poses[driving], size: size * factor)
        guard factor > 1 else {
            return (Tensor(flow.coordinates, [1, size, size, 2]), Tensor(flow.validity, [size, size]))
        }
        let grid = Tensor(zeros: [1, size, size, 2]), weight = Tensor(zeros: [size, size])
        for row in 0..<size {
            for column in 0..<size {
                var (x, y, seen) = (Float(0), Float(0), Float(0))
                for p in 0..<factor * factor {
                    let pixel = (row * factor + p / factor) * size * factor + column * factor + p % factor
                    x += flow.coordinates[2 * pixel] * flow.validity[pixel]
                    y += flow.coordinates[2 * pixel + 1] * flow.validity[pixel]
                    seen += flow.validity[pixel]
                }
                // A pixel mostly unseen says nothing.
                guard 2 * seen > Float(factor * factor) else { continue }
                let place = row * size + column
                grid.mutablePointer[2 * place] = x / seen
                grid.mutablePointer[2 * place + 1] = y / seen
                weight.mutablePointer[place] = 1
            }
        }
        return (grid, weight)
    }
}
