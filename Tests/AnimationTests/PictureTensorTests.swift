import Animation
import Media
import Tensors
import Testing

struct PictureTensorTests {
    /// x·2 − 1 of x = v/255, and back again for every level.
    @Test func everyLevelMapsBothWays() {
        let picture = Picture(width: 16, height: 16) { pixels in
            for p in 0..<256 { (pixels[3 * p], pixels[3 * p + 1], pixels[3 * p + 2]) = (UInt8(p), UInt8(255 - p), 7) }
        }
        let tensor = Tensor(picture)
        #expect(tensor.shape == [1, 3, 16, 16])
        for level in 0..<256 {
            #expect(abs(tensor.values[level] - (Float(level) / 255 * 2 - 1)) < 1e-6)
            #expect(tensor.values[256 + level] == tensor.values[255 - level])
        }
        #expect(Picture(tensor) == picture)
    }

    @Test func valuesOutsideAreClampedNotStretched() {
        let values: [Float] = [-1, 1, -1.5, 3, 0, .infinity, -.infinity, .nan, 0.5, -0.999, 0.9961, 1e-3]
        let tensor = Tensor(values, [1, 3, 2, 2])
        let picture = Picture(tensor)
        // Channel by channel in the tensor, pixel by pixel in the picture.
        let expected: [UInt8] = [0, 255, 0, 255, 128, 255, 0, 0, 191, 0, 255, 128]
        for channel in 0..<3 {
            for p in 0..<4 { #expect(picture.pixels[3 * p + channel] == expected[4 * channel + p]) }
        }
    }
}

struct RangeTests {
    @Test func rangesAreReadAsWritten() {
        #expect(FrameRange("3..7") == FrameRange(first: 3, last: 7))
        #expect(FrameRange("3..") == FrameRange(first: 3, last: nil))
        #expect(FrameRange("..7") == FrameRange(first: 1, last: 7))
        #expect(FrameRange("5") == FrameRange(first: 5, last: 5))
        #expect(FrameRange("..") == .all)
        for bad in ["", "0", "0..3", "7..3", "-1..3", "a..b", "1...3", "1..2..3", "1.5", "99999999999999999999", "٣"] {
            #expect(FrameRange(bad) == nil, "\(bad)")
        }
    }

    @Test func referencesAreReadAsWritten() {
        #expect(ReferenceFrame("first") == .first && ReferenceFrame("best") == .best)
        #expect(ReferenceFrame("12") == .number(12))
        for bad in ["", "0", "-3", "last", "1.0"] { #expect(ReferenceFrame(bad) == nil, "\(bad)") }
    }
}
