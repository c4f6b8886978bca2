import Operators
import Tensors

/// Squares cut out of the frames of a batch, such as the mouths of all faces that are known.
struct RegionCrops {
    /// For each square, the number of the frame that it is cut from.
    let frames: [Int]
    /// (squares, side, side, 2): the positions of its pixels in the frame.
    private let grid: Tensor

    /// - Parameters:
    ///   - squares: each with the number of its frame.
    ///   - side: of what is cut out, in pixels.
    init(_ squares: [(frame: Int, square: FaceRegions.Square)], side: Int) {
        frames = squares.map(\.frame)
        grid = Tensor(uninitialized: [squares.count, side, side, 2])
        for (index, square) in squares.enumerated() {
            FaceRegions.fill(square.square, size: side, into: grid.mutablePointer + index * side * side * 2)
        }
    }

    /// - Parameter pictures: (frames, C, H, W).
    /// - Returns: (squares, C, side, side).
    func cut(_ pictures: Tensor) -> Tensor { GridSampling.forward(Selection.forward(pictures, indices: frames), grid: grid) }
}
