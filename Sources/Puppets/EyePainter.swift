/// Paints both eyes with their lids and lashes, and the brows, onto the face.
struct EyePainter {
    private let identity: PuppetIdentity
    private let pixel: Float
    private let blinks: (left: Float, right: Float)
    private let brows: Float
    private let squint: Float
    private let gaze: Point
    /// Toward the light, for the glints.
    private let glint: Point

    init(_ identity: PuppetIdentity, _ pose: PuppetPose, _ map: HeadMap, pixel: Float) {
        self.identity = identity
        self.pixel = pixel
        blinks = (clamp(pose.blinkLeft), clamp(pose.blinkRight))
        brows = clamp(pose.brows, -1, 1)
        squint = clamp(pose.smile) * 0.35 + clamp(-pose.brows) * 0.2
        gaze = Point(clamp(pose.gazeX, -1, 1) * 0.36, clamp(pose.gazeY, -1, 1) * 0.2)
        let toward = map.fixed(identity.light)
        glint = Point(toward.x, toward.y)
    }

    func paint(_ paint: inout Paint, _ place: Point, _ slope: Point, _ light: Illumination) {
        guard place.y > -0.55, place.y < 0.42 else { return }
        let side: Float = place.x < 0 ? -1 : 1
        // Mirrored, so that x grows outward from the nose.
        let outward = Point(place.x * side - identity.eyeSpacing, place.y - identity.eyeHeight)
        brow(&paint, outward)
        let size = identity.eyeSize
        let eye = Point(outward.x / size, outward.y / size + identity.eyeTilt * outward.x / size)
        guard abs(eye.x) < 1.5, abs(eye.y) < 1.5 else { return }
        self.eye(&paint, eye, mirror: side, blink: side < 0 ? blinks.left : blinks.right, light, slope)
    }

    /// - Parameter eye: in half breadths of the eye from its middle, x outward from the nose.
    private func eye(
        _ paint: inout Paint, _ eye: Point, mirror: Float, blink: Float, _ light: Illumination, _ slope: Point
    ) {
        let pixel = pixel / identity.eyeSize
        let across = clamp(1 - eye.x * eye.x)
        // The outer corner stands a little higher, and the inner one points down to the nose.
        let lean = eye.x * 0.05
        let opening = identity.eyeOpening
        let wide = 1 + 0.14 * max(brows, 0)
        let openUpper = -0.56 * opening * wide * across * (1.3 - 0.3 * across) - lean
        let lower = 0.3 * opening * (1 - squint) * across * (1.15 - 0.15 * across) - lean
        let upper = mix(openUpper, lower, blink)
        let inside =
            coverage(upper - eye.y, pixel) * coverage(eye.y - lower, pixel) * coverage(abs(eye.x) - 1, pixel)
            * clamp((lower - upper) / pixel)

        // Skin of the lid, between the crease and the lashes.
        let skin = identity.skin
        let creaseLine = mix(openUpper - 0.17 - 0.1 * identity.crease, lower - 0.45, blink * 0.45)
        let within = coverage(abs(eye.x) - 1.1, 0.4)
        let lid = smoothStep(creaseLine - 0.1, creaseLine + 0.1, eye.y) * coverage(eye.y - lower, pixel) * within
        paint.cover(paint.color * Color(0.9, 0.82, 0.81), lid * 0.7)
        let crease = bump((eye.y - creaseLine) / 0.11) * clamp(across * 3)
        paint.cover(paint.color * Color(0.6, 0.5, 0.48), crease * (0.3 + 0.45 * identity.crease))
        // A fold under the eye.
        paint.cover(
            paint.color * Color(0.8, 0.72, 0.7),
            bump((eye.y - lower - 0.26) / 0.12) * clamp(across * 2) * (0.15 + 0.4 * identity.age + 0.3 * squint))

        if inside > 0 {
            var ball = Color(0.95, 0.94, 0.93)
            ball.cover(Color(0.86, 0.7, 0.67), smoothStep(0.55, 1.05, abs(eye.x)) * 0.6)
            let iris = Point(eye.x - gaze.x * mirror, eye.y - gaze.y + 0.08 * opening)
            let radius: Float = 0.5
            let distance = iris.length
            let (u, v) = (iris.x * mirror, iris.y)
            if distance < radius + 0.1 {
                let t = distance / radius
                var color = identity.eyeColor
                // Rays, lighter opposite the light where it passes through.
                let rays = SmoothNoise.at(
                    u / (distance + 0.05) * 5, v / (distance + 0.05) * 5, seed: identity.noise &+ 8)
                color *= 0.9 + 0.16 * rays
                color = color.lighter(0.28 * clamp(0.45 - (u * glint.x + v * glint.y) * 1.6) * smoothStep(1, 0.5, t))
                color.cover(identity.eyeColor * 0.3, smoothStep(0.72, 0.98, t) * 0.85)
                color.cover(Color(0x0a0807), coverage(distance - 0.215, pixel))
                ball.cover(color, coverage(distance - radius, pixel * 1.3))
            }
            // The upper lid's shadow.
            let shadow = smoothStep(0.34, 0, eye.y - upper)
            ball *= Color(repeating: 1) - Color(0.42, 0.44, 0.44) * shadow
            let brightness = 0.72 + 0.3 * light.brightness(slope * 0.5).diffuse
            ball *= brightness
            let first = Point(u - glint.x * 0.3, v - glint.y * 0.34)
            ball.cover(Color(repeating: 1), coverage(first.length - 0.105, pixel))
            let second = Point(u + glint.x * 0.28, v + glint.y * 0.3)
            ball.cover(Color(repeating: 1), coverage(second.length - 0.06, pixel) * 0.45)
            paint.cover(ball, inside)
        }

        // Lashes along the upper lid, longer outward; a thin line along the lower one.
        let lashes = identity.lashes
        let dark = Color(0x1b120e) + (skin * 0.35 - Color(0x1b120e)) * 0.25
        let outer = smoothStep(-0.6, 1, eye.x)
        let thick = 0.05 + 0.06 * lashes + 0.07 * lashes * outer
        let lashLine = upper - thick * 0.35
        let reach = 1 + 0.16 * lashes * outer
        let wing = clamp((eye.x - 0.75) * 2) * lashes * 0.16
        let stroke = abs(eye.y - lashLine + wing) - thick * 0.5 * clamp((reach - abs(eye.x)) * 4)
        paint.cover(dark, coverage(stroke, pixel) * coverage(abs(eye.x) - reach, pixel * 2) * 0.92)
        let under = abs(eye.y - lower - 0.015) - 0.022
        paint.cover(
            skin * Color(0.45, 0.3, 0.28),
            coverage(under, max(pixel, 0.06)) * coverage(abs(eye.x) - 0.95, 0.2) * (0.4 + 0.2 * lashes))
        // The inner corner.
        let corner = Point(eye.x + 0.97, eye.y - 0.02)
        paint.cover(Color(0.8, 0.52, 0.5), coverage(corner.length - 0.08, pixel * 2) * 0.6 * (1 - blink))
    }

    private func brow(_ paint: inout Paint, _ outward: Point) {
        let along = (outward.x + 0.19) / 0.45
        guard along > -0.15, along < 1.15 else { return }
        let (raised, frown) = (max(brows, 0), max(-brows, 0))
        let t = clamp(along)
        var line = -identity.browHeight - 0.075 * raised + 0.035 * frown
        line -= identity.browArch * 4 * t * (1 - t) * (1 - 0.4 * frown) - 0.03 * t * t
        line += (frown * 0.055 - raised * 0.008) * (1 - t) - identity.browTilt * (t - 0.5)
        let half = identity.browThickness * (1 - 0.78 * t * t) * (0.6 + 0.4 * smoothStep(0, 0.3, t))
        // Hairs lean outward.
        let hairs = SmoothNoise.at(outward.x * 55 + outward.y * 30, outward.y * 12, seed: identity.noise &+ 9)
        let distance = abs(outward.y - line) - half * (1 + 0.14 * hairs)
        let ends = smoothStep(-0.06, 0.16, along) * smoothStep(1.06, 0.95, along)
        let alpha = coverage(distance, pixel + half * 0.5) * ends
        paint.cover(identity.browColor * (1 + 0.18 * hairs), alpha * 0.82)
    }
}
