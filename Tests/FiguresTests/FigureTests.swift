import Figures
import Media
import Tensors
import Testing
import TestSupport

/// Figures, by pixels that are known.
@Suite struct FigureTests {
    private func ink(_ picture: Picture, _ x: Int, _ y: Int) -> Ink {
        let p = 3 * (y * picture.width + x)
        return Ink(picture.pixels[p], picture.pixels[p + 1], picture.pixels[p + 2])
    }

    /// A text as dots, '#' for ink.
    private func dots(_ text: String) -> [String] {
        var canvas = Canvas(width: max(16, Canvas.width(of: text)), height: 16)
        canvas.write(text, x: 0, y: 0)
        return (0..<9).map { y in
            String((0..<Canvas.width(of: text)).map { ink(canvas.picture, $0, y) == .white ? "." : "#" })
        }
    }

    @Test func textIsDrawnDotForDot() {
        #expect(
            dots("Tg") == [
                "#####......", "..#........", "..#....####", "..#...#...#", "..#...#...#", "..#...#...#", "..#....####",
                "..........#", ".......###.",
            ])
        #expect(Canvas.width(of: "abc", scale: 2) == 34 && Canvas.width(of: "") == 0)
    }

    @Test func everyPrintableCharacterHasAGlyphOfItsOwn() {
        let characters = (33...126).map { String(Unicode.Scalar(UInt8($0))) } + ["α", "×", "ᵀ", "−", "…"]
        let drawn = characters.map { dots($0).joined() }
        #expect(drawn.allSatisfy { $0.contains("#") })
        // The minus sign is the hyphen's dash.
        #expect(Set(drawn).count == characters.count - 1)
        // What the font lacks is a box, and letters lose accents only.
        #expect(dots("漢") == dots("語") && dots("漢")[0] == "#####")
        #expect(dots("é") == dots("e"))
    }

    @Test func whatLiesOutsideIsCutOff() {
        var canvas = Canvas(width: 20, height: 20)
        canvas.write("far away", x: 15, y: 15, scale: 3)
        canvas.write("far away", x: -40, y: -4)
        canvas.fill(x: -5, y: -5, width: 8, height: 8, .black)
        canvas.draw(Picture(width: 30, height: 30, red: 9, green: 9, blue: 9), x: -28, y: 18)
        canvas.draw(Picture(width: 30, height: 30, red: 9, green: 9, blue: 9), x: 40, y: 0)
        canvas.line(from: (-100, -100), to: (100, 100), .grey)
        canvas.arrow(from: (5, 5), to: (.nan, 3), .grey)
        canvas.arrow(from: (5, 5), to: (1e9, 3), .grey)
        #expect(ink(canvas.picture, 2, 0) == .black && ink(canvas.picture, 0, 19) == Ink(9, 9, 9))
        #expect(ink(canvas.picture, 10, 10) == .grey && ink(canvas.picture, 12, 4) == .white)
    }

    @Test func anArrowPointsWhereItEnds() {
        var canvas = Canvas(width: 40, height: 40)
        canvas.arrow(from: (5, 20), to: (35, 20), .black)
        // The head is at the right: ink above and below the line there, and none at its beginning.
        #expect(ink(canvas.picture, 32, 21) != .white && ink(canvas.picture, 32, 19) != .white)
        #expect(ink(canvas.picture, 8, 22) == .white && ink(canvas.picture, 8, 20) == .black)
    }

    /// Hue is direction, saturation length: red to the right, violet down, cyan to the left.
    @Test func flowColorsAreTheColorCircle() {
        let vectors: [(Float, Float)] = [(0, 0), (0.5, 0), (-0.5, 0), (0.25, 0), (0, 0.5), (2, 0)]
        let flow = Tensor(vectors.map(\.0) + vectors.map(\.1), [1, 2, 2, 3])
        let colors = FlowFigure.colors(flow)
        let expected = [Ink(255, 255, 255), Ink(255, 0, 0), Ink(0, 255, 255), Ink(255, 127, 127), Ink(127, 0, 255), Ink(255, 0, 0)]
        for (index, expected) in expected.enumerated() {
            let found = ink(colors, index % 3, index / 3)
            for (a, b) in [(found.red, expected.red), (found.green, expected.green), (found.blue, expected.blue)] {
                #expect(abs(Int(a) - Int(b)) <= 1, "\(vectors[index]): \(found)")
            }
        }
    }

    @Test func aFlowFigureHasArrowsAndALegend() {
        let side = 128, size = 32 * 32
        let flow = Tensor((0..<2 * size).map { $0 < size ? 0.1 : 0 }, [1, 2, 32, 32])
        let figure = FlowFigure.figure(flow, side: side, caption: ["direction 8"])
        #expect(figure.width > side && figure.height == side)
        // Everything flows to the right at full color: red, but for the arrows.
        let field = (0..<side * side).map { ink(figure, $0 % side, $0 / side) }
        #expect(field.filter { $0 == Ink(255, 0, 0) }.count > side * side / 2 && field.contains(.black))
        let still = FlowFigure.figure(Tensor(zeros: [1, 2, 32, 32]), side: side, caption: [])
        #expect((0..<side * side).allSatisfy { ink(still, $0 % side, $0 / side) == .white })
        // Numbers that are none do no harm.
        _ = FlowFigure.figure(Tensor(repeating: .nan, [1, 2, 32, 32]), side: side, caption: [])
    }

    @Test func aHeatFigureIsBrightWhereTheValuesAre() {
        var values = [Float](repeating: 0, count: 64 * 64)
        for y in 8..<24 { for x in 40..<56 { values[y * 64 + x] = 2 } }
        let black = Picture(width: 64, height: 64, red: 0, green: 0, blue: 0)
        let figure = HeatFigure.figure(Tensor(values, [1, 1, 64, 64]), over: black, side: 128, caption: ["x"], unit: "levels")
        #expect(ink(figure, 96, 32) == Ink(252, 255, 200) && ink(figure, 20, 100) == Ink(0, 0, 0))
        let cold = HeatFigure.figure(Tensor(zeros: [1, 1, 64, 64]), over: black, side: 128, caption: [], unit: "")
        #expect(ink(cold, 96, 32) == Ink(0, 0, 0))
    }

    @Test func aMatrixIsWhiteBlueAndRed() {
        let figure = MatrixFigure.figure(Tensor([1, 0, -1, 0.5], [2, 2]), cell: 20, caption: [])
        // The entries are the last cells before the margin of 10.
        let (left, top) = (figure.width - 10 - 40, figure.height - 10 - 40)
        #expect(ink(figure, left + 10, top + 10) == Ink(24, 44, 120) && ink(figure, left + 30, top + 10) == .white)
        #expect(ink(figure, left + 10, top + 30) == Ink(170, 20, 30))
        #expect(ink(figure, left + 30, top + 30) == Ink.white.mixed(with: Ink(24, 44, 120), 0.5))
    }

    @Test func aContactSheetHoldsItsPicturesInOrder() {
        let colors: [Ink] = [Ink(250, 0, 0), Ink(0, 250, 0), Ink(0, 0, 250), Ink(250, 250, 0)]
        let pictures = colors.map { Picture(width: 32, height: 32, red: $0.red, green: $0.green, blue: $0.blue) }
        let sheet = ContactSheet.picture(
            rows: [[pictures[0], pictures[1]], [pictures[2], pictures[3]]], labels: ["8 nod", "12 a very long name indeed, too long"],
            heads: ["−3", "3"], caption: ["two directions"], cell: 24)
        let (right, bottom) = (sheet.width - 10, sheet.height - 10)
        #expect(ink(sheet, right - 12, bottom - 12) == colors[3] && ink(sheet, right - 38, bottom - 12) == colors[2])
        #expect(ink(sheet, right - 12, bottom - 38) == colors[1] && ink(sheet, right - 38, bottom - 38) == colors[0])
        #expect(ink(sheet, right - 25, bottom - 12) == .white)
    }
}
