import Media
import Testing

@Suite struct ResamplingTests {
    /// Pillow's bicubic results, shrinking, growing, along one axis only, and of a centered square box.
    @Test(arguments: MediaFixture.expected.resized.map(\.file))
    func equalsPillow(file: String) throws {
        let wanted = MediaFixture.expected.resized.first { $0.file == file }!
        let source = try Picture.read(MediaFixture.path("pattern.png"))
        let resized =
            wanted.crop
            ? source.fitted(toSquare: wanted.width, .crop) : source.resized(width: wanted.width, height: wanted.height)
        #expect(resized.width == wanted.width)
        #expect(resized.height == wanted.height)
        #expect(MediaFixture.largestDifference(resized.pixels, MediaFixture.bytes(file)) <= 1)
    }

    @Test func keepsThePictureAtItsOwnSize() throws {
        let source = try Picture.read(MediaFixture.path("pattern.png"))
        #expect(source.resized(width: 61, height: 47) == source)
        #expect(source.resized(width: 60, height: 47) != source)
    }

    @Test func stretches() throws {
        let source = try Picture.read(MediaFixture.path("pattern.png"))
        #expect(source.fitted(toSquare: 40, .stretch) == source.resized(width: 40, height: 40))
    }

    @Test(arguments: [(80, 40), (40, 80)])
    func pads(width: Int, height: Int) {
        let source = Picture(width: width, height: height, red: 200, green: 100, blue: 50)
        let padded = source.fitted(toSquare: 64, .pad, background: (1, 2, 3))
        #expect(padded.width == 64 && padded.height == 64)
        for y in 0..<64 {
            for x in 0..<64 {
                let across = width > height ? y : x
                let wanted: [UInt8] = (16..<48).contains(across) ? [200, 100, 50] : [1, 2, 3]
                let at = (y * 64 + x) * 3
                #expect(Array(padded.pixels[at..<at + 3]) == wanted)
            }
        }
    }

    /// The square's center is the picture's, also where half a pixel is left over.
    @Test func cropsTheMiddle() {
        for (width, height) in [(101, 60), (60, 101), (100, 60)] {
            let ramp = Picture(width: width, height: height) { pixels in
                for y in 0..<height {
                    for x in 0..<width {
                        for c in 0..<3 { pixels[(y * width + x) * 3 + c] = UInt8(2 * (width > height ? x : y)) }
                    }
                }
            }
            let square = ramp.fitted(toSquare: 30, .crop)
            let middle = Double(max(width, height) - 1)
            let mean = square.pixels.reduce(0) { $0 + Double($1) } / Double(square.pixels.count)
            #expect(abs(mean - middle) < 0.6)
        }
    }
}
