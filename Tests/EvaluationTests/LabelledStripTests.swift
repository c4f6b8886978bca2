import Evaluation
import Figures
import Media
import Testing

/// The frames of a comparison's video: each picture under its own label.
@Suite struct LabelledStripTests {
    @Test(arguments: [(3, 64), (7, 96)]) func everyPictureStandsUnderItsLabel(_ count: Int, _ size: Int) throws {
        let labels = (0..<count).map { "label \($0)" }
        let strip = LabelledStrip(labels: labels, size: size)
        let pictures = (0..<count).map { Picture(width: size, height: size, red: UInt8(20 * $0 + 30), green: 90, blue: 200) }
        let found = strip.picture(pictures)
        let columns = count <= 5 ? count : (count + 1) / 2, rows = (count + columns - 1) / columns
        let head = found.height / rows - size
        #expect(found.width == columns * size && strip.width == found.width && strip.height == found.height && head == 14)
        for (index, label) in labels.enumerated() {
            let (left, top) = (index % columns * size, index / columns * (size + head))
            var expected = Canvas(width: size, height: head)
            expected.write(label, x: size / 2, y: 4, anchor: .middle)
            var hasInk = false
            for y in 0..<head {
                for x in 0..<size {
                    let pixel = expected.picture.pixels[3 * (y * size + x)]
                    hasInk = hasInk || pixel < 128
                    let place = 3 * ((top + y) * found.width + left + x)
                    #expect(found.pixels[place] == pixel)
                }
            }
            #expect(hasInk)
            let middle = 3 * ((top + head + size / 2) * found.width + left + size / 2)
            #expect(found.pixels[middle] == UInt8(20 * index + 30))
        }
    }

    @Test func longLabelsAreCut() {
        let size = 64, strip = LabelledStrip(labels: [String(repeating: "m", count: 40), "b"], size: size)
        let picture = strip.picture([Picture(width: size, height: size, red: 0, green: 0, blue: 0), Picture(width: size, height: size, red: 0, green: 0, blue: 0)])
        // Between the two labels stays a blank column.
        #expect((0..<14).allSatisfy { picture.pixels[3 * ($0 * picture.width + size)] > 128 })
    }
}
