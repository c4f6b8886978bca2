/// How an identity's light falls on surfaces of the head at one pose.
struct Illumination {
    /// Toward the light, in the head's own directions.
    private let light: SIMD3<Float>
    /// Half way between light and viewer, likewise.
    private let halfway: SIMD3<Float>
    private let viewer: SIMD3<Float>
    private let contrast: Float
    private let tint: Color

    init(_ identity: PuppetIdentity, _ map: HeadMap) {
        light = map.fixed(identity.light)
        viewer = map.fixed(SIMD3(0, 0, 1))
        let sum = light + viewer
        halfway = sum / (sum * sum).sum().squareRoot()
        contrast = identity.contrast
        let warm = identity.warmth
        tint = Color(1 + 0.035 * warm, 1 + 0.005 * warm, 1 - 0.045 * warm)
    }

    /// The brightness of a surface with these slopes: about 0 in full shadow, 1 in full light.
    @inline(__always)
    func brightness(_ slope: Point) -> (diffuse: Float, gloss: Float, edge: Float) {
        let length = 1 / (1 + slope.x * slope.x + slope.y * slope.y).squareRoot()
        let normal = SIMD3(-slope.x, -slope.y, 1) * length
        let diffuse = clamp(((normal * light).sum() + 0.3) / 1.3)
        let shine = clamp((normal * halfway).sum())
        let (two, facing) = (shine * shine, clamp((normal * viewer).sum()))
        let eight = two * two * two * two
        return (diffuse, eight * eight, 1 - facing)
    }

    /// A surface's color in that light.
    ///
    /// - Parameters:
    ///   - shadow: what the color is multiplied by in full shadow.
    ///   - gloss: how much it shines.
    @inline(__always)
    func lit(_ color: Color, _ slope: Point, shadow: Color, gloss: Float) -> Color {
        let (diffuse, shine, edge) = brightness(slope)
        let dark = Color(repeating: 1) + (shadow - Color(repeating: 1)) * contrast
        let soft = diffuse * diffuse * (3 - 2 * diffuse)
        var result = color * (dark + (Color(repeating: 1.1) - dark) * (0.35 * diffuse + 0.65 * soft)) * tint
        result += Color(repeating: 1) * (shine * gloss)
        return result * (1 - 0.22 * edge * edge * contrast)
    }
}
