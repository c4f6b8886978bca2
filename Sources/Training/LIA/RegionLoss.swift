import Operators
import Tensors

/// The perceptual loss of eyes and mouth alone, each enlarged: they are few pixels of a picture and most of what is looked at.
struct RegionLoss {
    /// A region's side, as a fraction of the picture's.
    private static let fraction = 2

    private let perceptual: PerceptualLoss
    /// For each region of each frame where it is known: the frame's number.
    private let frames: [Int]
    /// (regions, size, size, 2): the positions of its pixels in the frame.
    private let grid: Tensor

    init(_ perceptual: PerceptualLoss, _ batch: LIABatch) {
        self.perceptual = perceptual
        let size = max(16, batch.frames.shape[2] / Self.fraction)
        let regions = batch.groups.flatMap(\.regions).enumerated().flatMap { frame, regions in
            regions.map { [(frame, $0.eyes), (frame, $0.mouth)] } ?? []
        }
        frames = regions.map(\.0)
        grid = Tensor(uninitialized: [regions.count, size, size, 2])
        for (index, region) in regions.enumerated() {
            FaceRegions.fill(region.1, size: size, into: grid.mutablePointer + index * size * size * 2)
        }
    }

    /// - Parameters:
    ///   - pictures, target: (frames, 3, size, size).
    /// - Returns: (1); 0 where no region is known.
    func callAsFunction(_ pictures: Tensor, target: Tensor) -> Tensor {
        guard !frames.isEmpty else { return Tensor(zeros: [1]) }
        func enlarged(_ x: Tensor) -> Tensor { GridSampling.forward(Selection.forward(x, indices: frames), grid: grid) }
        return perceptual(enlarged(pictures), target: Tape.$current.withValue(nil) { enlarged(target) })
    }
}
