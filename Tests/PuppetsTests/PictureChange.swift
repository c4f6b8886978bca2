import Media

/// What differs between two pictures of one size: where, and how much.
struct PictureChange {
    /// Pixels that differ by more than a few values.
    private(set) var count = 0
    /// The middle of what differs, weighted by how much, in parts of the picture's side.
    private(set) var middle = (x: 0.0, y: 0.0)
    /// The outermost differing pixels, in parts of the picture's side.
    private(set) var columns = (least: 1.0, most: 0.0)
    private(set) var rows = (least: 1.0, most: 0.0)

    init(_ a: Picture, _ b: Picture) {
        precondition(a.width == b.width && a.height == b.height)
        var weight = 0.0
        for y in 0..<a.height {
            for x in 0..<a.width {
                let place = (y * a.width + x) * 3
                let difference = (0..<3).map { abs(Int(a.pixels[place + $0]) - Int(b.pixels[place + $0])) }.max() ?? 0
                guard difference > 3 else { continue }
                let (u, v) = ((Double(x) + 0.5) / Double(a.width), (Double(y) + 0.5) / Double(a.height))
                count += 1
                weight += Double(difference)
                middle.x += u * Double(difference)
                middle.y += v * Double(difference)
                columns = (min(columns.least, u), max(columns.most, u))
                rows = (min(rows.least, v), max(rows.most, v))
            }
        }
        if weight > 0 { middle = (middle.x / weight, middle.y / weight) }
    }
}
