/// Paints what is behind, out of focus. It stays where it is when the puppet moves.
struct BackdropPainter {
    private let identity: PuppetIdentity
    private let pixel: Float
    private let spots: [(center: Point, radius: Float, color: Color, strength: Float)]

    /// - Parameter size: the picture's side in pixels.
    init(_ identity: PuppetIdentity, size: Int) {
        self.identity = identity
        pixel = 2 / Float(size)
        var dice = SeededNumbers(seed: identity.seed ^ 0x7370_6F74_73)
        let (wall, accent) = (identity.backdropColor, identity.backdropAccent)
        switch identity.backdrop {
        case .bokeh:
            spots = (0..<16).map { _ in
                let color = dice.chance(0.5) ? accent : Color(0xf3d9a4)
                return (
                    Point(dice.uniform(-1.1...1.1), dice.uniform(-1.1...0.6)), dice.uniform(0.07...0.2), color,
                    dice.uniform(0.15...0.5)
                )
            }
        case .outdoors:
            let leaves = [Color(0x5f7f4a), Color(0x7f9a55), Color(0x46653f), Color(0x9fb36a)]
            spots = (0..<22).map { _ in
                (
                    Point(dice.uniform(-1.2...1.2), dice.uniform(-0.5...1)), dice.uniform(0.15...0.42),
                    dice.pick(leaves), dice.uniform(0.4...0.85)
                )
            }
        case .shelves:
            let spines = [
                accent, wall.darker(0.4), Color(0x8c4a3a), Color(0x3f5a6b), Color(0xc8b48a), Color(0x5d6b4a),
                Color(0xd8d2c2),
            ]
            spots = (0..<48).map { _ in (Point.zero, 0, dice.pick(spines), dice.uniform(0.3...1)) }
        case .studio, .window: spots = []
        }
    }

    func paint(_ point: Point) -> Color {
        let (wall, accent) = (identity.backdropColor, identity.backdropAccent)
        var color = wall
        switch identity.backdrop {
        case .studio:
            let glow = bump((point - Point(identity.light.x * 0.5, -0.25)).length / 1.5)
            color = wall.darker(0.28) + (wall.lighter(0.2) - wall.darker(0.28)) * glow
        case .bokeh:
            color = wall.darker(0.45) + (accent.darker(0.6) - wall.darker(0.45)) * smoothStep(-1, 1, point.y)
            for spot in spots {
                let distance = (point - spot.center).length - spot.radius
                let disc = smoothStep(0.025, -0.025, distance)
                if disc > 0 {
                    color.cover(spot.color, disc * spot.strength * (0.7 + 0.3 * bump((distance + 0.02) / 0.05)))
                }
            }
        case .window:
            color = wall.darker(0.1 + 0.12 * point.y)
            let side: Float = identity.light.x < 0 ? -1 : 1
            let pane = Point(point.x * side - 0.62, point.y + 0.3)
            let open = smoothStep(0.05, -0.05, max(abs(pane.x) - 0.36, abs(pane.y) - 0.75))
            var sky = Color(0xe6eef2) + (accent.lighter(0.5) - Color(0xe6eef2)) * smoothStep(-0.2, 0.6, pane.y)
            sky *= 1 - 0.28 * smoothStep(0.055, 0.02, min(abs(pane.x), abs(pane.y + 0.1)))
            color.cover(sky, open)
            color.cover(color.lighter(0.3), bump((pane.length - 0.3) / 1.4) * 0.25 * (1 - open))
        case .shelves:
            let row = ((point.y + 1) * 1.7).rounded(.down)
            let inRow = (point.y + 1) * 1.7 - row
            let place = (point.x + 1.2) * 6.5 + row * 0.37
            let index = Int(place) + Int(row) * 16
            let (this, next) = (spots[index % spots.count], spots[(index + 1) % spots.count])
            let across = place - place.rounded(.down)
            var book = this.color + (next.color - this.color) * smoothStep(0.8, 1, across)
            book *= 0.72 + 0.28 * bump(across * 2 - 1)
            color = wall.darker(0.5)
            let tall = 0.12 + 0.2 * this.strength
            color.cover(book.grayer(0.25).darker(0.15), smoothStep(tall - 0.05, tall + 0.05, inRow))
            color.cover(wall.darker(0.25), smoothStep(0.93, 0.97, inRow) + smoothStep(0.05, 0.01, inRow))
        case .outdoors:
            color = Color(0xcfe0ea) + (Color(0xa9bd8c) - Color(0xcfe0ea)) * smoothStep(-0.9, 0.7, point.y)
            for spot in spots {
                let t = (point - spot.center).length / spot.radius
                if t < 1 { color.cover(spot.color.lighter(0.12), bump(t) * spot.strength) }
            }
        }
        // Grain of the wall, and darker corners.
        color *= 1 + 0.012 * SmoothNoise.at(point.x * 60, point.y * 60, seed: identity.noise &+ 50)
        color *= 1 + 0.03 * SmoothNoise.at(point.x * 4, point.y * 4, seed: identity.noise &+ 51)
        return color * (1 - 0.14 * (point * point).sum() * 0.5)
    }
}
