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

    /// The frames of open mouths that are rebuilt from others, in which these are closed.
    private(set) var openedFrames: Set<Int> = []

    private let groupSize: Int
    private let moving, expressive: Float

    /// - Parameters:
    ///   - sides: of the levels, in pixels, the finest last.
    ///   - groupSize: frames in a group.
    ///   - moving, expressive: see `FlowShares`.
    init(_ batch: LIABatch, sides: [Int], groupSize: Int, moving: Float, expressive: Float) {
        (self.groupSize, self.moving, self.expressive) = (groupSize, moving, expressive)
        let frames = batch.frames.shape[0], finest = sides.last!
        flows = sides.map { Tensor(zeros: [frames, 2, $0, $0]) }
        weights = sides.map { Tensor(zeros: [frames, $0, $0]) }
        mask = Tensor(zeros: [frames, 1, finest, finest])
        opened = Tensor(zeros: [frames, finest, finest])
        // The finest levels first, so that no thread is left with one at the end.
        Parallel.forEach(frames * sides.count) { job in
            fill(level: sides.count - 1 - job / frames, frame: job % frames, batch)
        }
        let pixels = finest * finest
        openedFrames = Set(
            batch.sources.indices.filter { frame in (0..<pixels).contains { opened.pointer[frame * pixels + $0] > 0 } })
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
        let shares = FlowShares(known.grid, weight: known.weight, moving: moving, expressive: expressive).values
        let x = flows[level].mutablePointer + frame * 2 * area, y = x + area
        for p in 0..<area {
            x[p] = grid[2 * p] - Warp.linspace(p % side, side)
            y[p] = grid[2 * p + 1] - Warp.linspace(p / side, side)
            guard weight[p] > 0 else { continue }
            weights[level].mutablePointer[frame * area + p] = shares[p] * weight[p] / (seen * Float(2 * frames))
        }
        if level == flows.count - 1 { fillOpened(known.opened, frame: frame, frames: frames) }
        keepAlive(known.grid, known.weight, known.opened)
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
