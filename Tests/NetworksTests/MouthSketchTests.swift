import Networks
import Tensors
import Testing

/// Mouths' numbers as pictures.
@Suite struct MouthSketchTests {
    /// Red inside the ellipse of the numbers, the numbers themselves in green and blue, and nothing outside the square.
    @Test(arguments: [(0, 0, 0), (0.8, 0.1, 0), (0.22, 0.7, 0), (0.3, -0.5, 0.85), (3, 1, 0)] as [(Float, Float, Float)])
    func anEllipseIsAsOpenAndAsBroad(_ open: Float, _ wide: Float, _ pucker: Float) {
        let layout = MouthLayout(side: 64), plane = layout.width * layout.height
        let masked = Tensor(repeating: 0.25, [2, 3, layout.height, layout.width])
        // Only the middle of the rows counts; the second picture is shut.
        let rows = Tensor(
            [9, open, 9, 9, wide, 9, 9, pucker, 9] + [Float](repeating: 0, count: 9), [2, 3, 3])
        let drawn = MouthSketch.drawn(into: masked, rows: rows).values
        var red: Float = 0, rest = true
        for row in 0..<layout.height {
            for column in 0..<layout.width {
                let place = row * layout.width + column, isInside = layout.rows.contains(row) && layout.columns.contains(column)
                guard isInside else {
                    for channel in 0..<6 where drawn[channel * plane + place] != 0.25 { rest = false }
                    continue
                }
                red += drawn[place]
                #expect(drawn[plane + place] == min(open, 1) && abs(drawn[2 * plane + place] - (0.5 + 0.25 * (wide - pucker))) < 1e-6)
                #expect(drawn[4 * plane + place] == 0 && drawn[5 * plane + place] == 0.5)
            }
        }
        #expect(rest)
        let breadth = 64 * 0.17 * (1 + 0.2 * wide - 0.3 * pucker), height = 64 * (0.015 + 0.135 * min(open, 1.5))
        // The soft edge changes thin ellipses most.
        #expect(abs(red - .pi * breadth * height) < 0.1 * .pi * breadth * height + 12, "\(red), \(Float.pi * breadth * height)")
    }
}
