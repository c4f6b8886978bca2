import Faces
import Foundation
import Media
import TestSupport
import Testing

/// Cutting squares out of pictures, and putting them back.
@Suite struct CropTests {
    private static func noise(_ width: Int, _ height: Int, seed: UInt64 = 1) -> Picture {
        var state = seed
        return Picture(width: width, height: height) { pixels in
            for index in pixels.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                pixels[index] = UInt8(truncatingIfNeeded: state >> 33)
            }
        }
    }

    private static func pixel(_ picture: Picture, _ x: Int, _ y: Int) -> [UInt8] {
        let place = 3 * (min(max(y, 0), picture.height - 1) * picture.width + min(max(x, 0), picture.width - 1))
        return Array(picture.pixels[place..<place + 3])
    }

    /// A box of 100×120 pixels: 1.8 times 120 is 216, raised by 0.06·216; 2.0 times it 240, raised by 14.4.
    @Test func theSquareIsThatOfTheBox() {
        let box = FaceBox(left: 50, top: 40, right: 150, bottom: 160)
        let square = CropGeometry.square(around: box)
        #expect(abs(square.side - 216) < 1e-3 && abs(square.x - 100) < 1e-3 && abs(square.y - (100 - 12.96)) < 1e-3 && square.angle == 0)
        let pasted = CropGeometry.square(around: box, scale: CropGeometry.pastedScale)
        #expect(abs(pasted.side - 240) < 1e-3 && abs(pasted.y - (100 - 14.4)) < 1e-3)
    }

    /// The first box gives the scale, all of them the place and at least 1.2 times their extent.
    @Test func theFixedSquareHasRoomForAllFrames() {
        let first = FaceBox(left: 0, top: 0, right: 100, bottom: 100)
        let near = CropGeometry.fixedSquare(around: [first, FaceBox(left: 20, top: 0, right: 120, bottom: 100)])
        #expect(abs(near.side - 180) < 1e-3 && abs(near.x - 60) < 1e-3 && abs(near.y - (50 - 10.8)) < 1e-3)
        let far = CropGeometry.fixedSquare(around: [first, FaceBox(left: 200, top: 0, right: 300, bottom: 100)])
        #expect(abs(far.side - 360) < 1e-3 && abs(far.x - 150) < 1e-3)
    }

    @Test func alignedSquaresAreCopiedAndEdgesRepeated() {
        let picture = Self.noise(40, 30), square = FaceRectangle(x: 5, y: 26, side: 20, angle: 0)
        let cut = picture.cut(square)
        #expect(square.aligned == square && cut.width == 20)
        for y in 0..<20 { for x in 0..<20 { #expect(Self.pixel(cut, x, y) == Self.pixel(picture, x - 5, y + 16)) } }
        // Wholly beside the picture there is the edge alone.
        #expect(Set(picture.cut(FaceRectangle(x: -100, y: -100, side: 20, angle: 0)).pixels).isSubset(of: Set(Self.pixel(picture, 0, 0))))
        let odd = FaceRectangle(x: 10.3, y: 9.8, side: 16.7, angle: 0).aligned
        #expect(odd.side == 17 && odd.x - odd.side / 2 == 2 && odd.y - odd.side / 2 == 1)
    }

    /// Of a picture whose levels rise evenly every pixel of a square, whatever its size, has the level of its own middle; beyond the edge the
    /// edge's.
    @Test(arguments: [nil, 16, 25, 90] as [Int?]) func uprightSquaresBetweenPixelsAreResampled(_ side: Int?) {
        let picture = Picture(width: 110, height: 100) { pixels in
            for place in pixels.indices { pixels[place] = UInt8([2 * (place / 3 % 110), 2 * (place / 330), 7][place % 3]) }
        }
        for square in [FaceRectangle(x: 54.3, y: 48.8, side: 60.4, angle: 0), FaceRectangle(x: 96.2, y: 12.7, side: 50.6, angle: 0)] {
            let cut = picture.cut(square, side: side), step = square.side / Float(cut.width)
            #expect(cut.width == side ?? Int(square.side.rounded()) && cut.height == cut.width)
            for row in 0..<cut.height {
                for column in 0..<cut.width {
                    let pixel = Self.pixel(cut, column, row), places = (square.x + Float(column) * step, square.y + Float(row) * step)
                    for (channel, place, count) in [(0, places.0, 110), (1, places.1, 100)] as [(Int, Float, Int)] {
                        let level = 2 * (place - square.side / 2 + 0.5 * step - 0.5), last = Float(2 * count - 2)
                        // The filter rounds the corner of the ramp at the edge.
                        let off = 1.01 + (level < 8 * step || level > last - 8 * step ? step : 0)
                        #expect(abs(Float(pixel[channel]) - max(0, min(level, last))) < off, "\(column), \(row): \(pixel), not \(level)")
                    }
                    #expect(pixel[2] == 7)
                }
            }
        }
    }

    /// A quarter turn moves pixels to pixels, so that sampling between them has nothing to do.
    @Test func turnedSquaresAreTurned() {
        let picture = Self.noise(40, 40), cut = picture.cut(FaceRectangle(x: 20, y: 20, side: 24, angle: .pi / 2))
        for y in 0..<24 { for x in 0..<24 { #expect(Self.pixel(cut, x, y) == Self.pixel(picture, 31 - y, 8 + x)) } }
    }

    @Test(arguments: [
        FaceRectangle(x: 60, y: 50, side: 50, angle: 0), FaceRectangle(x: 10, y: 50, side: 60, angle: 0),
        FaceRectangle(x: 60, y: 95, side: 41, angle: 0.5),
    ]) func pixelsOutsideStayBitForBit(_ square: FaceRectangle) {
        let picture = Self.noise(120, 100), square = square.aligned
        var changed = picture
        PasteBack(square, width: 120, height: 100).paste(Self.noise(64, 64, seed: 7), onto: &changed)
        let (c, s) = (cos(square.angle), sin(square.angle))
        var moved = 0
        for y in 0..<100 {
            for x in 0..<120 {
                let (dx, dy) = (Float(x) + 0.5 - square.x, Float(y) + 0.5 - square.y)
                let reach = max(abs(dx * c + dy * s), abs(dy * c - dx * s))
                if reach > square.side / 2 { #expect(Self.pixel(changed, x, y) == Self.pixel(picture, x, y)) }
                if Self.pixel(changed, x, y) != Self.pixel(picture, x, y) { moved += 1 }
            }
        }
        #expect(moved > 700)
    }

    /// What was cut and not changed leaves the picture as it was, bit for bit.
    @Test func anUnchangedSquareChangesNothing() {
        let picture = Self.noise(120, 100), square = FaceRectangle(x: 100, y: 60, side: 71, angle: 0).aligned
        var again = picture
        PasteBack(square, width: 120, height: 100).paste(picture.cut(square), onto: &again)
        #expect(again == picture)
    }

    /// t²(3 − 2t) over 8 % of the side, none where the square's edge lies on the border or beyond it.
    @Test func theRampIsThatOfTheFormula() {
        let inner = PasteBack(FaceRectangle(x: 50, y: 50, side: 40, angle: 0), width: 100, height: 100)
        #expect(inner.weight(0, 0.5) == 0 && inner.weight(0.5, 0.5) == 1 && inner.weight(-0.01, 0.5) == 0)
        #expect(abs(inner.weight(0.04, 0.5) - 0.5) < 1e-6)
        #expect(abs(inner.weight(0.5, 0.98) - 0.25 * 0.25 * 2.5) < 1e-5)
        #expect(abs(inner.weight(0.04, 0.96) - 0.25) < 1e-5)
        let left = PasteBack(FaceRectangle(x: 20, y: 50, side: 40, angle: 0), width: 100, height: 100)
        #expect(left.weight(0, 0.5) == 1 && left.weight(1, 0.5) == 0)
    }
}
