import Foundation
import Media
import Tensors

/// Puts a picture of a square back by the warp that it was cut with (the LivePortrait authors' way): out = ⌊m·patch + (1 − m)·picture⌋,
/// where the mask m falls to 0 over the last 16 of 512 pixels and is warped as the patch is.
public struct WarpedPasteBack: Sendable {
    /// Of the mask, in pixels.
    package static let side = 512
    private static let rim = 16

    /// The square in the picture.
    public let square: FaceRectangle

    public init(_ square: FaceRectangle) { self.square = square }

    /// The mask, 512×512 levels: with d(i) = max(0, 16 − i, i − 496), ⌊255·max(0, 1 − √(d(x)² + d(y)²)/16)⌋.
    package static let mask: [UInt8] = (0..<side * side).map { index in
        func depth(_ i: Int) -> Double { Double(max(0, rim - i, i - (side - rim))) }
        let (x, y) = (depth(index % side), depth(index / side))
        return UInt8(255 * max(0, 1 - (x * x + y * y).squareRoot() / Double(rim)))
    }

    /// Blends a picture of the square in. Pixels on which the mask is 0 stay as they are.
    ///
    /// - Parameter patch: a square, of any size.
    public func paste(_ patch: Picture, onto picture: inout Picture) {
        let patch =
            patch.width == Self.side && patch.height == Self.side
            ? patch : patch.resizedLinearly(width: Self.side, height: Self.side)
        paste(patch, Self.mask, by: square.map(toSide: Self.side).inverse, onto: &picture)
    }

    /// - Parameters:
    ///   - patch: a picture of a square.
    ///   - mask: levels, as many as the patch has pixels.
    ///   - map: from the patch's pixels to the picture's.
    package func paste(_ patch: Picture, _ mask: [UInt8], by map: PixelMap, onto picture: inout Picture) {
        precondition(mask.count == patch.width * patch.height, "a mask as large as the patch")
        let (columns, rows) = Self.bounds(patch, map, picture)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        let inverted = map.inverted, width = picture.width
        picture.pixels.withUnsafeMutableBufferPointer { target in
            nonisolated(unsafe) let to = target.baseAddress!
            patch.pixels.withUnsafeBufferPointer { patchPixels in
                mask.withUnsafeBufferPointer { maskLevels in
                    let levels = FixedPointPixels(patchPixels.baseAddress!, width: patch.width, height: patch.height, channels: 3)
                    let weights = FixedPointPixels(maskLevels.baseAddress!, width: patch.width, height: patch.height, channels: 1)
                    Parallel.ranges(rows.count, grain: 32) { part in
                        let warped = UnsafeMutablePointer<UInt8>.allocate(capacity: 4 * columns.count)
                        defer { warped.deallocate() }
                        let ofMask = warped + 3 * columns.count
                        for row in part.lowerBound + rows.lowerBound..<part.upperBound + rows.lowerBound {
                            levels.warp(inverted: inverted, columns: columns, row: row, to: warped)
                            weights.warp(inverted: inverted, columns: columns, row: row, to: ofMask)
                            let line = to + 3 * (row * width + columns.lowerBound)
                            for index in 0..<3 * columns.count {
                                let weight = Float(ofMask[index / 3]) / 255
                                let value = weight * Float(warped[index]) + (1 - weight) * Float(line[index])
                                line[index] = UInt8(max(0, min(255, value)))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The columns and rows of the picture that the patch reaches.
    private static func bounds(_ patch: Picture, _ map: PixelMap, _ picture: Picture) -> (Range<Int>, Range<Int>) {
        let (right, bottom) = (Float(patch.width), Float(patch.height))
        let corners = [map(-1, -1), map(right, -1), map(-1, bottom), map(right, bottom)]
        func range(_ values: [Float], _ size: Int) -> Range<Int> {
            let low = max(0, min(Float(size), values.min()!.rounded(.down) - 1)),
                high = max(0, min(Float(size), values.max()!.rounded(.up) + 2))
            return Int(low)..<max(Int(low), Int(high))
        }
        return (range(corners.map(\.x), picture.width), range(corners.map(\.y), picture.height))
    }
}
