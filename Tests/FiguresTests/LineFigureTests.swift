import Figures
import Testing
import TestSupport

/// Lines over two axes.
@Suite struct LineFigureTests {
    @Test func aLineGoesFromCornerToCorner() {
        let ink = LineFigure.inks[0]
        let picture = LineFigure.figure(
            [.init("up", ink, [(0, 0), (1, 1)])], width: 200, height: 160, title: "t", x: "s", hasLegend: false)
        func has(_ x: Int, _ y: Int) -> Bool {
            let p = 3 * (y * picture.width + x)
            return picture.pixels[p] == ink.red && picture.pixels[p + 1] == ink.green && picture.pixels[p + 2] == ink.blue
        }
        // The plot is 46…192 across and 24…130 down, with 4 of 108 parts to spare at each side; the middle is on the line.
        let places = (0..<picture.height).flatMap { y in (0..<picture.width).filter { has($0, y) }.map { ($0, y) } }
        #expect(places.contains { $0 == (119, 77) })
        #expect(places.map(\.0).min()! < 60 && places.map(\.0).max()! > 180)
        #expect(places.allSatisfy { abs(Double($0.1) - (130 - 106 * Double($0.0 - 46) / 146)) < 3 })
    }

    @Test func oddDataAreDrawn() {
        // A point, a flat line, nothing, and what is no number.
        for points in [[(1.0, 2.0)], [(0, 3), (5, 3)], [], [(0, .nan), (1, .infinity)]] {
            let picture = LineFigure.figure(
                [.init("odd", LineFigure.inks[1], points)], width: 160, height: 120, title: "t", x: "s", sameScale: true)
            #expect(picture.width == 160 && picture.height == 120)
        }
    }
}
