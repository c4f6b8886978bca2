import Operators
import Tensors

/// The targets of the flow fields and of the finest mask of a batch's reconstructions, where they are known.
struct KnownFlowTargets {
    /// For every level (frames, 2, N, N): the known sampling positions less linspace(−1, 1, N), to which the network adds its flow.
    let flows: [Tensor]
    /// For every level (frames, N, N): how much each pixel counts.
    let weights: [Tensor]
    /// (frames, 1, N, N) of the finest level.
    let mask: Tensor
    /// (frames, N, N) of the finest level: how much each pixel of the mask counts.
    let opened: Tensor

    private let moving: Float
    private let groupSize: Int

    init(_ result: Reconstruction, _ batch: LIABatch, groupSize: Int, moving: Float) {
        (self.groupSize, self.moving) = (groupSize, moving)
        let frames = batch.frames.shape[0], sides = result.flows.map { $0.shape[2] }, finest = sides.last!
        flows = result.flows.map { Tensor(zeros: $0.shape) }
        weights = sides.map { Tensor(zeros: [frames, $0, $0]) }
        mask = Tensor(zeros: result.masks.last!.shape)
        opened = Tensor(zeros: [frames, finest, finest])
        // The finest levels first, so that no thread is left with one at the end.
        Parallel.forEach(frames * sides.count) { job in
            fill(level: sides.count - 1 - job / frames, frame: job % frames, batch)
        }
        halfOpenSources(batch)
    }

    /// Fills in the known flow of a frame at a level.
    private func fill(level: Int, frame: Int, _ batch: LIABatch) {
        guard let motion = batch.groups[frame / groupSize].knownMotion else { return }
        let side = flows[level].shape[2], area = side * side, frames = batch.frames.shape[0]
        let known = motion.grid(
            source: batch.sources[frame] - frame / groupSize * groupSize, driving: frame % groupSize, size: side)
        let seen = known.weight.values.reduce(0, +)
        guard seen > 0 else { return }
        let (grid, weight) = (known.grid.pointer, known.weight.pointer)
        let (fraction, mean) = movingFraction(grid, weight, side: side, seen: seen)
        let x = flows[level].mutablePointer + frame * 2 * area, y = x + area
        for p in 0..<area {
            x[p] = grid[2 * p] - Warp.linspace(p % side, side)
            y[p] = grid[2 * p + 1] - Warp.linspace(p / side, side)
            guard weight[p] > 0 else { continue }
            let share = fraction > 0 ? 1 - fraction + fraction * Self.way(grid, p, side) / mean : 1
            weights[level].mutablePointer[frame * area + p] = share * weight[p] / (seen * Float(2 * frames))
        }
        if level == flows.count - 1 { fillOpened(known.opened, frame: frame, frames: frames) }
        keepAlive(known.grid, known.weight, known.opened)
    }

    /// How far from its place in the driving picture a pixel's content stands in the source: |Δx| + |Δy|, in halves of the picture.
    private static func way(_ grid: UnsafePointer<Float>, _ p: Int, _ side: Int) -> Float {
        func center(_ pixel: Int) -> Float { Float(2 * pixel + 1) / Float(side) - 1 }
        return abs(grid[2 * p] - center(p % side)) + abs(grid[2 * p + 1] - center(p / side))
    }

    /// The fraction of the weight that goes by how far pixels move, and the mean of how far; 0 where nearly nothing moves.
    private func movingFraction(
        _ grid: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, side: Int, seen: Float
    ) -> (fraction: Float, mean: Float) {
        guard moving > 0 else { return (moving, 0) }
        let mean = (0..<side * side).reduce(0) { weight[$1] > 0 ? $0 + weight[$1] * Self.way(grid, $1, side) : $0 } / seen
        return (mean <= 1e-4 ? 0 : moving, mean)
    }

    /// Weighs the pixels inside a mouth that opens so that they sum to 1/frames.
    private func fillOpened(_ known: Tensor, frame: Int, frames: Int) {
        let sum = known.values.reduce(0, +), area = known.count
        guard sum > 0 else { return }
        let factor = 1 / (sum * Float(frames))
        for p in 0..<area { opened.mutablePointer[frame * area + p] = known.pointer[p] * factor }
    }

    /// Wants the mask of a source that is rebuilt from itself half open wherever the mouth of another frame opens.
    private func halfOpenSources(_ batch: LIABatch) {
        let pixels = opened.shape[1] * opened.shape[2]
        for (frame, source) in batch.sources.enumerated() where source != frame && batch.sources[source] == source {
            let other = opened.pointer + frame * pixels, own = opened.mutablePointer + source * pixels
            for p in 0..<pixels where other[p] > 0 {
                own[p] += other[p]
                mask.mutablePointer[source * pixels + p] = 0.5
            }
        }
    }
}
