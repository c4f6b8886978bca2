import Faces
import Files
import Foundation
import Media
import TestSupport
import Tensors
import Testing

/// Squares laid by eyes and lips, warps, resizing and pasting back, against LivePortrait's authors' program (OpenCV's pictures).
@Suite struct FramingTests {
    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("liveportrait/geometry.safetensors") }

    private func picture(_ name: String) throws -> Picture {
        let bytes = try vectors(name)
        return Picture(width: bytes.shape[1], height: bytes.shape[0], pixels: bytes.values.map { UInt8($0) })
    }

    private func points(_ name: String) throws -> [SIMD2<Float>] {
        let values = try vectors(name).values
        return stride(from: 0, to: values.count, by: 2).map { SIMD2(values[$0], values[$0 + 1]) }
    }

    /// Left eye, right eye and corners of the mouth in sets of so many landmarks.
    private static let places: [Int: (left: [Int], right: [Int], lips: [Int])] = [
        203: ([0, 6, 12, 18], [24, 30, 36, 42], [48, 66]), 106: ([33, 35, 40, 39], [87, 89, 94, 93], [52, 61]),
        101: ([39, 42, 45, 48], [51, 54, 57, 60], [75, 81]), 68: ([36, 39], [42, 45], [48, 54]), 5: ([0], [1], [3, 4]),
        9: ([2, 3], [0, 1], [5, 6]),
    ]

    private static func frame(_ points: [SIMD2<Float>]) throws -> FaceFrame {
        let places = try #require(places[points.count])
        func mean(_ indices: [Int]) -> SIMD2<Float> { indices.reduce(.zero) { $0 + points[$1] } / Float(indices.count) }
        return FaceFrame(points, eyes: (mean(places.left) + mean(places.right)) / 2, lips: mean(places.lips))
    }

    private func expectClose(_ map: PixelMap, _ name: String) throws {
        let difference = Difference(Tensor(map.values, [6]), Tensor(Array(try vectors(name).values[..<6]), [6]))
        #expect(difference.largest <= 5e-4, "\(name): \(difference)")
    }

    @Test func squaresAndTheirMaps() throws {
        let names = vectors.names(under: "crop/").filter { $0.hasSuffix("/rotate/M_o2c") }.map { $0.dropLast("/rotate/M_o2c".count) }
        #expect(names.count == 8)
        for name in names {
            let base = "crop/\(name)", frame = try Self.frame(try points(base + "/points"))
            let square = frame.square(scale: 2.3, shift: -0.125)
            let center = try vectors(base + "/center").values, angle = try vectors(base + "/angle").values[0]
            #expect(abs(square.x - center[0]) < 1e-3 && abs(square.y - center[1]) < 1e-3 && abs(square.angle - angle) < 1e-6, "\(name)")
            #expect(abs(square.side - (try vectors(base + "/size").values[0])) < 1e-3, "\(name)")
            try expectClose(square.map(toSide: 512), base + "/rotate/M_o2c")
            try expectClose(square.map(toSide: 512).inverse, base + "/rotate/M_c2o")
            var upright = square
            upright.angle = 0
            try expectClose(upright.map(toSide: 512), base + "/upright/M_o2c")
        }
    }

    @Test func drivingSquaresAreTheMeanOfAllFrames() throws {
        let all = try points("driving/points")
        let squares = try (0..<3).map { try Self.frame(Array(all[203 * $0..<203 * $0 + 203])).square(scale: 2.2, shift: -0.1) }
        let boxes = squares.flatMap { square -> [Float] in
            let half = square.side / 2
            return [square.x - half, square.y - half, square.x + half, square.y + half]
        }
        #expect(Difference(Tensor(boxes, [3, 4]), try vectors("driving/boxes")).largest <= 1e-3)
        func mean(_ value: (FaceRectangle) -> Float) -> Float { squares.reduce(0) { $0 + value($1) } / 3 }
        let square = FaceRectangle(x: mean(\.x), y: mean(\.y), side: mean(\.side), angle: 0)
        try expectClose(square.map(toSide: 512), "driving/M_o2c")
        let box = try vectors("driving/tiny_box").values
        let tiny = FaceRectangle(x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, side: box[2] - box[0], angle: 0)
        let cut = try picture("driving/tiny_picture").warped(by: tiny.map(toSide: 16), width: 16, height: 16)
        #expect(cut == (try picture("driving/tiny_crop")))
    }

    @Test(arguments: ["rotate", "shift", "shrink"]) func warpsAreOpenCVs(_ name: String) throws {
        let expected = try picture("warp/\(name)/out"), map = PixelMap(try vectors("warp/\(name)/M").values)
        #expect(try picture("warp/\(name)/picture").warped(by: map, width: expected.width, height: expected.height) == expected)
    }

    @Test(arguments: ["linear_13x9", "linear_31x40", "linear_half", "area_half"]) func resizingIsOpenCVs(_ name: String) throws {
        let expected = try picture("resize/\(name)")
        #expect(try picture("resize/picture").resizedLinearly(width: expected.width, height: expected.height) == expected)
    }

    @Test func pastingBackIsTheAuthors() throws {
        var result = try picture("paste/original")
        let patch = try picture("paste/crop"), mask = try vectors("paste/mask").values.map { UInt8($0) }
        let map = PixelMap(Array(try vectors("paste/M_c2o").values[..<6]))
        WarpedPasteBack(FaceRectangle(x: 0, y: 0, side: 1, angle: 0)).paste(patch, mask, by: map, onto: &result)
        #expect(result == (try picture("paste/out")))
    }

    /// Of 512 pixels the middle is whole, and the rim falls to 0 on the left and to 15 on the right.
    @Test func theMaskFallsTowardItsEdges() {
        let mask = WarpedPasteBack.mask, middle = 256 * 512
        #expect(mask[middle] == 0 && mask[middle + 16] == 255 && mask[middle + 496] == 255 && mask[middle + 511] == 15 && mask[0] == 0)
    }

    /// What is far from the square stays as it is, also where most of the square lies beyond the picture.
    @Test func pastingTouchesNothingElse() {
        let original = Samples.picture(width: 96, height: 80)
        for square in [FaceRectangle(x: 20, y: 30, side: 30, angle: 0.3), FaceRectangle(x: -10, y: 90, side: 60, angle: -1)] {
            var picture = original
            WarpedPasteBack(square).paste(Picture(width: 512, height: 512, red: 255, green: 0, blue: 0), onto: &picture)
            var changed = 0
            for y in 0..<80 {
                for x in 0..<96 where picture.pixels[3 * (96 * y + x)] != original.pixels[3 * (96 * y + x)] {
                    changed += 1
                    let place = square.map(toSide: 512)(Float(x), Float(y))
                    #expect(place.x > -20 && place.y > -20 && place.x < 532 && place.y < 532)
                }
            }
            #expect(changed > 100)
        }
    }
}
