/// An upright rectangle in pixels of a picture; it may reach beyond the picture.
public struct FaceBox: Equatable, Sendable {
    public var left, top, right, bottom: Float

    public init(left: Float, top: Float, right: Float, bottom: Float) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    /// The smallest around the points of a face's mesh, the irises left out: hairline to chin, ear to ear.
    public init(_ landmarks: [SIMD3<Float>]) {
        var low = SIMD3<Float>(repeating: .infinity), high = -low
        for point in landmarks.prefix(MeshTopology.meshCount) {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        self.init(left: low.x, top: low.y, right: high.x, bottom: high.y)
    }

    public var width: Float { right - left }
    public var height: Float { bottom - top }
    public var area: Float { max(0, width) * max(0, height) }

    package func contains(_ point: SIMD2<Float>) -> Bool { left...right ~= point.x && top...bottom ~= point.y }

    /// The area that two boxes share.
    private func shared(with other: FaceBox) -> Float {
        let width = min(right, other.right) - max(left, other.left), height = min(bottom, other.bottom) - max(top, other.top)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// The shared area over that of both together, 0 to 1.
    public func intersectionOverUnion(_ other: FaceBox) -> Float {
        let shared = shared(with: other), union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }

    /// Whether two boxes share more than half of the smaller one.
    func covers(_ other: FaceBox) -> Bool { shared(with: other) > 0.5 * min(area, other.area) }
}
