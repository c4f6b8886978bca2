import Operators
import Tensors

/// Squares cut out of the frames of a batch, such as the mouths of all faces that are known.
package struct RegionCrops {
    /// For each square, the number of the frame that it is cut from.
    package let frames: [Int]
    /// (squares, side, side, 2): the positions of its pixels in the frame.
    private let grid: Tensor

    /// - Parameters:
    ///   - squares: each with the number of its frame.
    ///   - side: of what is cut out, in pixels.
    init(_ squares: [(frame: Int, square: FaceRegions.Square)], side: Int) {
        frames = squares.map(\.frame)
        grid = Tensor(uninitialized: [squares.count, side, side, 2])
        for (index, square) in squares.enumerated() {
            let own = square.square
            FaceRegions.fill(
                center: own.center, reach: SIMD2(repeating: own.reach), size: side, into: grid.mutablePointer + index * side * side * 2)
        }
    }

    /// The same part of every frame.
    ///
    /// - Parameters:
    ///   - center, reach: its middle, and half of its breadth and height, in halves of the frame.
    package init(frames count: Int, center: SIMD2<Float>, reach: SIMD2<Float>, side: Int) {
        frames = Array(0..<count)
        grid = Tensor(uninitialized: [count, side, side, 2])
        for index in 0..<count {
            FaceRegions.fill(center: center, reach: reach, size: side, into: grid.mutablePointer + index * side * side * 2)
        }
    }

    /// - Parameter pictures: (frames, C, H, W).
    /// - Returns: (squares, C, side, side).
    package func cut(_ pictures: Tensor) -> Tensor { GridSampling.forward(Selection.forward(pictures, indices: frames), grid: grid) }
}
