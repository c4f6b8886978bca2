import Faces

/// Where a picture shows the face, the eyes and the mouth: squares in halves of the picture, −1 and 1 being its edges.
package struct FaceRegions: Equatable, Sendable {
    package struct Square: Equatable, Sendable {
        package let center: SIMD2<Float>
        /// Half of its side.
        package let reach: Float

        package init(center: SIMD2<Float>, reach: Float) { (self.center, self.reach) = (center, reach) }
    }

    /// Both eyes and the brows.
    package let eyes: Square
    package let mouth: Square
    /// The face as the network of the mesh is shown it; nil of a drawn one.
    package let face: Square?

    package init(eyes: Square, mouth: Square, face: Square? = nil) { (self.eyes, self.mouth, self.face) = (eyes, mouth, face) }

    /// The regions of a face whose landmarks are known.
    ///
    /// - Parameter points: x, y in halves of the picture, 468 or more.
    init(_ points: [SIMD2<Float>]) {
        func square(_ numbers: [Int], reach: Float) -> Square {
            let own = numbers.map { points[$0] }
            let least = own.reduce(own[0], pointwiseMin), most = own.reduce(own[0], pointwiseMax)
            return Square(center: (least + most) / 2, reach: reach * (most - least).max() / 2)
        }
        eyes = square(MeshTopology.leftEyeLine + MeshTopology.rightEyeLine + MeshTopology.leftBrow + MeshTopology.rightBrow, reach: 1.05)
        mouth = square(MeshTopology.outerLips, reach: 1.4)
        face = square(Array(0..<MeshTopology.meshCount), reach: 1.5)
    }

    /// The positions of a region's `size`×`size` pixels in the picture, as grid sampling takes them.
    ///
    /// - Parameter reach: half of its breadth and height; equal in a square picture.
    static func fill(center: SIMD2<Float>, reach: SIMD2<Float>, size: Int, into grid: UnsafeMutablePointer<Float>) {
        for row in 0..<size {
            for column in 0..<size {
                let place = SIMD2(Float(2 * column + 1), Float(2 * row + 1)) / Float(size) - 1
                let position = center + reach * place
                (grid[2 * (row * size + column)], grid[2 * (row * size + column) + 1]) = (position.x, position.y)
            }
        }
    }
}
