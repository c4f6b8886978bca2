/// A closed smooth curve through points (Catmull–Rom), as a polygon.
struct Outline {
    let points: [Point]

    /// - Parameter controls: at least 3, in order round the shape.
    init(through controls: [Point], steps: Int = 5) {
        var points: [Point] = []
        let count = controls.count
        for index in 0..<count {
            let (before, from) = (controls[(index + count - 1) % count], controls[index])
            let (to, after) = (controls[(index + 1) % count], controls[(index + 2) % count])
            for step in 0..<steps {
                let t = Float(step) / Float(steps)
                let linear = (to - before) * t
                let square = (before * 2 - from * 5 + to * 4 - after) * (t * t)
                let cube = (from * 3 - before - to * 3 + after) * (t * t * t)
                points.append(from + (linear + square + cube) * 0.5)
            }
        }
        self.points = points
    }

    /// Straight lines from corner to corner.
    init(corners: [Point]) { points = corners }
}
