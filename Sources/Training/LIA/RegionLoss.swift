import Operators
import Tensors

/// The perceptual loss of eyes and mouth alone, each enlarged: they are few pixels of a picture and most of what is looked at.
struct RegionLoss {
    /// A region's side, as a fraction of the picture's.
    private static let fraction = 2

    private let perceptual: PerceptualLoss
    private let crops: RegionCrops

    init(_ perceptual: PerceptualLoss, _ batch: LIABatch) {
        self.perceptual = perceptual
        let squares = batch.regions.enumerated().flatMap { frame, regions in
            regions.map { [(frame, $0.eyes), (frame, $0.mouth)] } ?? []
        }
        crops = RegionCrops(squares, side: max(16, batch.frames.shape[2] / Self.fraction))
    }

    /// - Parameters:
    ///   - pictures, target: (frames, 3, size, size).
    /// - Returns: (1); 0 where no region is known.
    func callAsFunction(_ pictures: Tensor, target: Tensor) -> Tensor {
        guard !crops.frames.isEmpty else { return Tensor(zeros: [1]) }
        return perceptual(crops.cut(pictures), target: Tape.$current.withValue(nil) { crops.cut(target) })
    }
}
