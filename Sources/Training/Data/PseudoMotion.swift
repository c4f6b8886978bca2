import Tensors

/// Pictures made of one frame by known maps, so that the flow between any two of them is known exactly. This goes beyond the
/// paper; it teaches a network early what motion is.
public struct PseudoMotion: KnownMotion, Equatable {
    /// Turns are up to this either way, in degrees.
    public static let rotation: Float = 20
    /// The scale of the map; above 1, what is seen shrinks.
    public static let scale: ClosedRange<Float> = 0.85...1.2
    /// One axis is scaled by 1 + a more and the other by as much less, a up to this either way.
    public static let anisotropy: Float = 0.08
    /// x shifts by up to this fraction of y either way.
    public static let shear: Float = 0.08
    /// The shift along each axis either way, in halves of the picture.
    public static let shift: Float = 0.18
    /// The displacement at the control points of the smooth warp either way, in halves of the picture.
    public static let warp: Float = 0.06

    /// Each member's map from positions in its picture to positions in the frame.
    public let maps: [PictureMap]

    public init(maps: [PictureMap]) { self.maps = maps }

    /// Samples maps for a group.
    ///
    /// - Parameter isSmoothlyWarped: true where smooth warps come on top of the affine maps. As many random numbers are taken without.
    public init(count: Int, isSmoothlyWarped: Bool = true, using random: inout RandomSource) {
        maps = (0..<count).map { _ in
            let degrees = random.uniform(in: -Self.rotation...Self.rotation)
            let scale = random.uniform(in: Self.scale)
            let stretch = 1 + random.uniform(in: -Self.anisotropy...Self.anisotropy)
            let shear = random.uniform(in: -Self.shear...Self.shear)
            let x = random.uniform(in: -Self.shift...Self.shift), y = random.uniform(in: -Self.shift...Self.shift)
            let warp = SmoothWarp(amplitude: Self.warp, using: &random)
            return PictureMap(
                affine: AffineMap(
                    degrees: Double(degrees), scaleX: Double(scale * stretch), scaleY: Double(scale / stretch),
                    shear: Double(shear), shiftX: Double(x), shiftY: Double(y)),
                warp: isSmoothlyWarped ? warp : nil)
        }
    }

    /// T_source⁻¹(T_driving(c)) for the centre c of every pixel of a map of `size` pixels on a side: where in the source's picture
    /// stands what the driving member shows.
    ///
    /// Positions are those of grid sampling without aligned corners: −1 and 1 are outer edges, c = (2i + 1)/size − 1. The
    /// identity is therefore c and not the generator's `linspace(−1, 1)`; the position that the generator samples, its
    /// linspace plus its flow, is to be compared with this grid as it is.
    ///
    /// - Returns: the grid (1, size, size, 2), x before y; and a weight (size, size) that is 1 where the content lies in the
    ///   frame and in the source's picture, else 0; nothing opens. Grid values without weight are finite, but may be far outside.
    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        let grid = Tensor(uninitialized: [1, size, size, 2]), weight = Tensor(uninitialized: [size, size])
        let from = maps[source], to = maps[driving]
        let inverse = from.affine.inverse
        // Exact where nothing is warped, rather than through the frame and back.
        let direct: AffineMap? =
            source == driving ? .identity : from.warp == nil && to.warp == nil ? inverse.after(to.affine) : nil
        let positions = grid.mutablePointer, weights = weight.mutablePointer
        Parallel.ranges(size, grain: max(1, 2048 / size)) { rows in
            for row in rows {
                let y = Double(2 * row + 1) / Double(size) - 1
                var displacement = SIMD2<Float>()
                for column in 0..<size {
                    let x = Double(2 * column + 1) / Double(size) - 1
                    let inFrame = to(x, y)
                    let found =
                        direct.map { $0(x, y) }
                        ?? from.origin(inFrame.x, inFrame.y, inverse: inverse, displacement: &displacement)
                    let pixel = row * size + column
                    positions[2 * pixel] = Float(found.x)
                    positions[2 * pixel + 1] = Float(found.y)
                    let isSeen = max(abs(inFrame.x), abs(inFrame.y), abs(found.x), abs(found.y)) <= 1
                    weights[pixel] = isSeen ? 1 : 0
                }
            }
        }
        keepAlive(grid, weight)
        return (grid, weight, Tensor(zeros: [size, size]))
    }
}
