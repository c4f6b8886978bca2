import Puppets

/// The flow of a face between two pictures, put together from triangles each of which moves affinely.
struct FaceFlow {
    /// A triangle counts only where its signed area in the source's picture is more than this many times its area in the driving picture:
    /// one that is seen from behind does not, the lips' folded line, which is that by a hair, does.
    private static let folded: Float = -0.2
    /// A triangle inside the mouth opens where its area in the source's picture is less than this fraction of its area in the driving one.
    private static let opened: Float = 0.3

    private let size: Int
    private let isMirrored: Bool
    private var coordinates: [Float]
    private var validity, opened: [Float]

    /// - Parameters:
    ///   - size: the side of the flow, in pixels.
    ///   - isMirrored: true where the pictures show the face mirrored.
    init(size: Int, isMirrored: Bool) {
        (self.size, self.isMirrored) = (size, isMirrored)
        coordinates = [Float](repeating: 0, count: 2 * size * size)
        validity = [Float](repeating: 0, count: size * size)
        opened = validity
    }

    /// The flow of all triangles that were added.
    var known: PuppetFlow { PuppetFlow(size: size, coordinates: coordinates, validity: validity, opened: opened) }

    /// Adds the flow inside triangles, what is farther before what is nearer and covers it.
    ///
    /// - Parameters:
    ///   - from: the landmarks in the source's picture; −1 and 1 are its outer edges.
    ///   - to: the landmarks in the driving picture, with their depths.
    mutating func add(_ triangles: [FaceLandmarks.Triangle], source from: [SIMD2<Float>], driving to: [SIMD3<Float>]) {
        func depth(_ triangle: FaceLandmarks.Triangle) -> Float { to[triangle.a].z + to[triangle.b].z + to[triangle.c].z }
        let flat = to.map { SIMD2($0.x, $0.y) }
        for (_, triangle) in triangles.map({ (depth($0), $0) }).sorted(by: { $0.0 > $1.0 }) {
            add(triangle, source: from, driving: flat)
        }
    }

    /// Adds the flow inside a triangle, over what was there.
    ///
    /// - Parameters:
    ///   - from: the landmarks in the source's picture; −1 and 1 are its outer edges.
    ///   - to: the landmarks in the driving picture.
    mutating func add(_ triangle: FaceLandmarks.Triangle, source from: [SIMD2<Float>], driving to: [SIMD2<Float>]) {
        let (a, b, c) = (to[triangle.a], to[triangle.b], to[triangle.c])
        let area = Self.cross(b - a, c - a)
        let origin = from[triangle.a], along = from[triangle.b] - origin, across = from[triangle.c] - origin
        let ratio = Self.cross(along, across) / area
        guard (isMirrored ? -1 : 1) * area > 1e-8, ratio > Self.folded else { return }
        let isOpened: Float = triangle.isInsideMouth && ratio < Self.opened ? 1 : 0
        let least = pointwiseMin(pointwiseMin(a, b), c), most = pointwiseMax(pointwiseMax(a, b), c)
        for row in pixels(from: least.y, to: most.y) {
            for column in pixels(from: least.x, to: most.x) {
                let p = SIMD2(Float(2 * column + 1), Float(2 * row + 1)) / Float(size) - 1 - a
                let u = Self.cross(p, c - a) / area, v = Self.cross(b - a, p) / area
                guard u >= 0, v >= 0, u + v <= 1 else { continue }
                let place = origin + u * along + v * across, pixel = row * size + column
                (coordinates[2 * pixel], coordinates[2 * pixel + 1]) = (place.x, place.y)
                validity[pixel] = max(abs(place.x), abs(place.y)) <= 1 ? 1 : 0
                opened[pixel] = isOpened
            }
        }
    }

    /// The rows or columns of pixels whose centres lie between two positions.
    private func pixels(from least: Float, to most: Float) -> Range<Int> {
        let scale = Float(size) / 2
        let first = max(0, ((least + 1) * scale - 0.5).rounded(.up)), last = min(Float(size - 1), (most + 1) * scale - 0.5)
        return first <= last ? Int(first)..<Int(last) + 1 : 0..<0
    }

    private static func cross(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Float { a.x * b.y - a.y * b.x }
}
