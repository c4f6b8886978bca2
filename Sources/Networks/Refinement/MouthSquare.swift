import Operators
import Tensors

/// The square around a mouth that a `MouthRefiner` paints, in a picture from −1 to 1, y down.
public struct MouthSquare: Equatable, Sendable {
    /// The middle between the mouth's corners.
    public var center: SIMD2<Float>
    /// Half the square's side.
    public var reach: Float

    /// Half the square's side in distances from the forehead to below the nose, which a jaw does not move.
    private static let size: Float = 0.475

    public init(center: SIMD2<Float>, reach: Float) { (self.center, self.reach) = (center, reach) }

    /// - Parameter point: of MediaPipe's face mesh, by its number.
    public init(mesh point: (Int) -> SIMD2<Float>) {
        let line = point(Self.forehead) - point(Self.noseBase)
        self.init(center: (point(Self.corners.0) + point(Self.corners.1)) / 2, reach: Self.size * (line * line).sum().squareRoot())
    }

    private static let forehead = 10, noseBase = 2, corners = (61, 291)
}

extension MouthSquare {
    /// What squares show of pictures, whose edges are repeated beyond them.
    ///
    /// - Parameters:
    ///   - pictures: (squares, C, S, S), one for each square.
    ///   - side: of what is cut, in pixels.
    /// - Returns: (squares, C, side, side).
    package static func cut(_ pictures: Tensor, _ squares: [MouthSquare], side: Int) -> Tensor {
        let grid = Tensor(uninitialized: [squares.count, side, side, 2]), size = side * side
        let edge = SIMD2<Float>(repeating: 1 - 1 / Float(pictures.shape[2]))
        for (index, square) in squares.enumerated() {
            for pixel in 0..<size {
                let place = (SIMD2(Float(pixel % side), Float(pixel / side)) + 0.5) * (2 / Float(side)) - 1
                let point = (square.center + square.reach * place).clamped(lowerBound: -edge, upperBound: edge)
                let to = grid.mutablePointer + (index * size + pixel) * 2
                (to[0], to[1]) = (point.x, point.y)
            }
        }
        return GridSampling.forward(pictures, grid: grid)
    }

    /// Adds a change of what the square shows to a picture.
    ///
    /// - Parameters:
    ///   - change: (1, C, side, side); 0 at its edges.
    ///   - share: a factor.
    ///   - sample: of the pictures.
    ///   - pictures: (N, C, S, S).
    package func add(_ change: Tensor, times share: Float, to sample: Int, of pictures: Tensor) {
        let (channels, side, own) = (pictures.shape[1], pictures.shape[2], change.shape[2]), (size, part) = (side * side, own * own)
        let (from, to) = (change.pointer, pictures.mutablePointer + sample * channels * size)
        func range(_ center: Float) -> Range<Int> {
            let first = (center - reach + 1) * Float(side) / 2, last = (center + reach + 1) * Float(side) / 2
            guard first < last, last > 0, first < Float(side) else { return 0..<0 }
            return Int(max(0, first.rounded(.down)))..<Int(min(Float(side), last.rounded(.up)))
        }
        for row in range(center.y) {
            for column in range(center.x) {
                let point = (SIMD2(Float(column), Float(row)) + 0.5) * (2 / Float(side)) - 1
                let place = ((point - center) / reach + 1) / 2 * Float(own) - 0.5
                guard place.x >= 0, place.y >= 0, place.x < Float(own - 1), place.y < Float(own - 1) else { continue }
                let (x, y) = (Int(place.x), Int(place.y)), (u, v) = (place.x - Float(x), place.y - Float(y))
                for channel in 0..<channels {
                    let first = from + channel * part + y * own + x
                    let upper = first[0] + u * (first[1] - first[0]), lower = first[own] + u * (first[own + 1] - first[own])
                    to[channel * size + row * side + column] += share * (upper + v * (lower - upper))
                }
            }
        }
        keepAlive(change)
    }
}
