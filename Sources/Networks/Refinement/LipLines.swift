import Tensors

/// Where the lips of a face are, in a picture: what a `MouthRefiner` paints between, and around.
public struct LipLines: Equatable, Sendable {
    /// The corners of a line around a mouth, and its upper and lower middle.
    public struct Line: Equatable, Sendable {
        public var left, right, upper, lower: SIMD2<Float>

        public init(left: SIMD2<Float>, right: SIMD2<Float>, upper: SIMD2<Float>, lower: SIMD2<Float>) {
            (self.left, self.right, self.upper, self.lower) = (left, right, upper, lower)
        }

        var points: [SIMD2<Float>] { [left, right, upper, lower] }

        init(_ points: [SIMD2<Float>]) { self.init(left: points[0], right: points[1], upper: points[2], lower: points[3]) }
    }

    /// Along the inner and the outer edges of the lips.
    public var inner, outer: Line

    public init(inner: Line, outer: Line) { (self.inner, self.outer) = (inner, outer) }

    /// All eight.
    package var points: [SIMD2<Float>] { inner.points + outer.points }

    /// - Parameter point: of MediaPipe's face mesh, by its number.
    public init(mesh point: (Int) -> SIMD2<Float>) {
        func line(_ numbers: [Int]) -> Line { Line(numbers.map(point)) }
        self.init(inner: line(Self.innerPoints), outer: line(Self.outerPoints))
    }

    /// Left, right, upper and lower.
    private static let innerPoints = [78, 308, 13, 14], outerPoints = [61, 291, 0, 17]

    /// How far around the lips the mouth is painted: in breadths of the mouth to the sides, up and down.
    private static let around = SIMD2<Float>(0.22, 0.2)
    /// From which part of the way out it fades.
    private static let fading: Float = 0.7

    /// The lines in a square, whose edges are −1 and 1.
    public func placed(in square: MouthSquare) -> LipLines { moved { ($0 - square.center) / square.reach } }

    /// The lines with each point moved.
    ///
    /// - Parameter isMirrored: whether left and right change places.
    package func moved(isMirrored: Bool = false, _ point: (SIMD2<Float>) -> SIMD2<Float>) -> LipLines {
        func moved(_ line: Line) -> Line {
            var points = line.points.map(point)
            if isMirrored { points.swapAt(0, 1) }
            return Line(points)
        }
        return LipLines(inner: moved(inner), outer: moved(outer))
    }

    /// The lines where the lips are taken to be no thicker than at rest, but as much as the mouth is narrower: what is soft between open lips is easily
    /// taken for thick ones.
    ///
    /// - Parameter rest: the lines of the same mouth at rest.
    package func opened(from rest: LipLines) -> LipLines {
        func length(_ line: SIMD2<Float>) -> Float { (line * line).sum().squareRoot() }
        let height = length(outer.lower - outer.upper), breadth = length(outer.right - outer.left)
        guard height > 0, breadth > 0 else { return self }
        let narrower = max(1, length(rest.outer.right - rest.outer.left) / breadth)
        let upper = narrower * length(rest.inner.upper - rest.outer.upper), lower = narrower * length(rest.inner.lower - rest.outer.lower)
        guard height - upper - lower > length(inner.lower - inner.upper) else { return self }
        let down = (outer.lower - outer.upper) / height
        var result = self
        (result.inner.upper, result.inner.lower) = (outer.upper + upper * down, outer.lower - lower * down)
        return result
    }

    /// Draws lines that are placed in a square: 1 between the inner edges, 1 between the outer ones, and how much of what is painted is seen.
    ///
    /// - Parameters:
    ///   - lips: gets (2, side, side).
    ///   - region: gets (side, side).
    func draw(side: Int, lips: UnsafeMutablePointer<Float>, region: UnsafeMutablePointer<Float>) {
        let size = side * side, scale = Float(side) / 2
        for (number, line) in [inner, outer].enumerated() { Lens(line, scale: scale).draw(side: side, into: lips + number * size) }
        let lens = Lens(outer, scale: scale), reach = SIMD2(lens.length, lens.lower - lens.upper) / 2 + Self.around * lens.length
        for pixel in 0..<size {
            let place = lens.place(pixel, side) - [lens.length / 2, (lens.upper + lens.lower) / 2]
            let out = ((place / reach) * (place / reach)).sum().squareRoot()
            let share = min(1, max(0, (1 - out) / (1 - Self.fading)))
            region[pixel] = share * share * (3 - 2 * share)
        }
    }

    /// What two arcs through a line's corners enclose, in pixels.
    private struct Lens {
        let length, upper, lower: Float
        private let corner, along, down: SIMD2<Float>

        init(_ line: Line, scale: Float) {
            let points = line.points.map { ($0 + 1) * scale }, axis = points[1] - points[0]
            corner = points[0]
            length = max(1, (axis * axis).sum().squareRoot())
            let along = axis == .zero ? SIMD2(1, 0) : axis / max((axis * axis).sum().squareRoot(), 1e-6), down = SIMD2(-along.y, along.x)
            (self.along, self.down) = (along, down)
            upper = ((points[2] - points[0]) * down).sum()
            lower = max(upper, ((points[3] - points[0]) * down).sum())
        }

        /// How far a pixel is along the line from its left corner, and below it.
        func place(_ pixel: Int, _ side: Int) -> SIMD2<Float> {
            let line = SIMD2(Float(pixel % side), Float(pixel / side)) + 0.5 - corner
            return SIMD2((line * along).sum(), (line * down).sum())
        }

        func draw(side: Int, into values: UnsafeMutablePointer<Float>) {
            for pixel in 0..<side * side {
                let place = place(pixel, side), part = place.x / length, bow = 4 * part * (1 - part)
                // About how many pixels inside.
                let inside = bow > 0 ? min(place.y - bow * upper, bow * lower - place.y) : -1
                values[pixel] = min(max(inside + 0.5, 0), 1)
            }
        }
    }
}

extension LipLines {
    /// The lines of several squares drawn: (N, 2, side, side), between the inner and between the outer edges, and (N, 3, side, side), how much of
    /// what is painted is seen, the same in each channel.
    ///
    /// - Parameter lines: placed in their squares.
    public static func drawn(_ lines: [LipLines], side: Int) -> (lips: Tensor, region: Tensor) {
        let size = side * side
        let lips = Tensor(uninitialized: [lines.count, 2, side, side]), region = Tensor(uninitialized: [lines.count, 3, side, side])
        for (index, line) in lines.enumerated() {
            let own = region.mutablePointer + index * 3 * size
            line.draw(side: side, lips: lips.mutablePointer + index * 2 * size, region: own)
            for channel in 1..<3 { (own + channel * size).update(from: own, count: size) }
        }
        return (lips, region)
    }
}
