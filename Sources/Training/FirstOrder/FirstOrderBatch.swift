import Operators
import Tensors

/// Pairs of frames, and a warp for each driving frame.
public struct FirstOrderBatch {
    /// (N, 3, size, size), RGB in [0, 1].
    let source, driving: Tensor
    /// Of N samples.
    let warp: ThinPlateSpline

    package init(source: Tensor, driving: Tensor, warp: ThinPlateSpline) {
        (self.source, self.driving, self.warp) = (source, driving, warp)
    }

    /// - Parameter groups: of two pictures each, RGB in [−1, 1]: source and driving frame.
    init(_ groups: [FrameGroup], warp: ThinPlateSpline) {
        let shape = [groups.count] + groups[0].pictures.shape.dropFirst(), size = shape.dropFirst().reduce(1, *)
        let pictures = [Tensor(uninitialized: shape), Tensor(uninitialized: shape)]
        for (index, group) in groups.enumerated() {
            for (member, tensor) in pictures.enumerated() {
                let from = group.pictures.pointer + member * size, to = tensor.mutablePointer + index * size
                for p in 0..<size { to[p] = (from[p] + 1) / 2 }
            }
            keepAlive(group.pictures)
        }
        self.init(source: pictures[0], driving: pictures[1], warp: warp)
    }
}
