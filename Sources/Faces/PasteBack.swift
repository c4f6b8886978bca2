import Foundation
import Media
import Tensors

/// Puts a square back into the picture that it was cut from, feathered: inside a ramp along the square's edges it takes over smoothly.
///
/// The weight is the product over the four edges of t²(3 − 2t) with t the distance from the edge over 8 % of the side, at most 1. An edge
/// that lies on or beyond the picture's border has no ramp: nothing beside it could show through.
public struct PasteBack: Sendable {
    /// Width of the ramp, as part of the square's side.
    public static let ramp: Float = 0.08
    public let square: FaceRectangle
    /// Of the picture, in pixels.
    public let width, height: Int
    /// Whether the left, top, right and bottom edges have a ramp.
    private let feathers: (left: Bool, top: Bool, right: Bool, bottom: Bool)

    /// - Parameters:
    ///   - square: in the picture; what lies beyond it is dropped.
    ///   - width, height: of the picture.
    public init(_ square: FaceRectangle, width: Int, height: Int) {
        (self.square, self.width, self.height) = (square, width, height)
        let size = SIMD2(Float(width), Float(height))
        /// Whether any of an edge is inside.
        func isInside(_ u: SIMD2<Float>, _ v: SIMD2<Float>) -> Bool {
            let (a, b) = (square.place(u.x, u.y), square.place(v.x, v.y))
            let isOut = a.x <= 0 && b.x <= 0 || a.y <= 0 && b.y <= 0 || a.x >= size.x && b.x >= size.x || a.y >= size.y && b.y >= size.y
            return !isOut
        }
        feathers = (isInside([0, 0], [0, 1]), isInside([0, 0], [1, 0]), isInside([1, 0], [1, 1]), isInside([0, 1], [1, 1]))
    }

    /// The weight of the square's picture at a place of it, 0 to 1.
    ///
    /// - Parameters: 0 and 1 are the square's edges; 0 outside of them.
    public func weight(_ u: Float, _ v: Float) -> Float {
        guard u >= 0, v >= 0, u <= 1, v <= 1 else { return 0 }
        return across(u) * down(v)
    }

    private func across(_ u: Float) -> Float { rise(u, feathers.left) * rise(1 - u, feathers.right) }

    private func down(_ v: Float) -> Float { rise(v, feathers.top) * rise(1 - v, feathers.bottom) }

    private func rise(_ distance: Float, _ feathers: Bool) -> Float {
        let t = feathers ? min(1, distance / Self.ramp) : 1
        return t * t * (3 - 2 * t)
    }

    /// Blends a square picture in, in 8-bit sRGB. Pixels outside of the square stay as they are, bit for bit, and where the weight is 1 and
    /// the patch as large as the square they are the patch's.
    ///
    /// - Parameters:
    ///   - patch: of any size, the square's picture.
    ///   - picture: of the size given before.
    public func paste(_ patch: Picture, onto picture: inout Picture) {
        precondition(picture.width == width && picture.height == height, "a picture of another size")
        let side = max(2, Int(square.side.rounded()))
        let patch = patch.width == side && patch.height == side ? patch : patch.resized(width: side, height: side)
        let box = square.bounds
        let rows = max(0, Int(box.top.rounded(.down)))..<max(0, min(height, Int(box.bottom.rounded(.up))))
        let columns = max(0, Int(box.left.rounded(.down)))..<max(0, min(width, Int(box.right.rounded(.up))))
        guard !rows.isEmpty, !columns.isEmpty else { return }
        picture.pixels.withUnsafeMutableBufferPointer { target in
            nonisolated(unsafe) let to = target.baseAddress!
            patch.pixels.withUnsafeBufferPointer { pixels in
                nonisolated(unsafe) let from = pixels.baseAddress!
                Parallel.ranges(rows.count, grain: 64) { range in
                    let range = range.lowerBound + rows.lowerBound..<range.upperBound + rows.lowerBound
                    if let whole = square.whole {
                        copy(from, whole, range, columns, to: to)
                    } else {
                        sample(BicubicPixels(pixels: from, width: side, height: side), range, columns, to: to)
                    }
                }
            }
        }
    }

    /// Blends in a patch that has one pixel for each of the picture's.
    private func copy(
        _ patch: UnsafePointer<UInt8>, _ whole: (left: Int, top: Int, side: Int), _ rows: Range<Int>, _ columns: Range<Int>,
        to picture: UnsafeMutablePointer<UInt8>
    ) {
        let side = Float(whole.side)
        let across = columns.map { self.across((Float($0 - whole.left) + 0.5) / side) }
        // Between the ramps a row is copied at once.
        let flat = (across.firstIndex(of: 1) ?? 0)..<(across.lastIndex(of: 1).map { $0 + 1 } ?? 0)
        for row in rows {
            let down = down((Float(row - whole.top) + 0.5) / side)
            let from = patch + 3 * ((row - whole.top) * whole.side + columns.lowerBound - whole.left)
            let to = picture + 3 * (row * width + columns.lowerBound)
            func blend(_ columns: Range<Int>) {
                for column in columns { Self.blend(from + 3 * column, into: to + 3 * column, weight: across[column] * down) }
            }
            guard down == 1, !flat.isEmpty else {
                blend(0..<columns.count)
                continue
            }
            blend(0..<flat.lowerBound)
            (to + 3 * flat.lowerBound).update(from: from + 3 * flat.lowerBound, count: 3 * flat.count)
            blend(flat.upperBound..<columns.count)
        }
    }

    /// Blends in a patch whose pixels lie between the picture's.
    private func sample(_ patch: BicubicPixels, _ rows: Range<Int>, _ columns: Range<Int>, to picture: UnsafeMutablePointer<UInt8>) {
        let (c, s) = (cos(square.angle), sin(square.angle))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3) { memory in
            let level = memory.baseAddress!
            for row in rows {
                for column in columns {
                    let (x, y) = (Float(column) + 0.5 - square.x, Float(row) + 0.5 - square.y)
                    let (u, v) = ((x * c + y * s) / square.side + 0.5, (y * c - x * s) / square.side + 0.5)
                    let weight = weight(u, v)
                    guard weight > 0 else { continue }
                    patch.write(u * Float(patch.width), v * Float(patch.height), to: level)
                    Self.blend(level, into: picture + 3 * (row * width + column), weight: weight)
                }
            }
        }
    }

    @inline(__always)
    private static func blend(_ level: UnsafePointer<UInt8>, into place: UnsafeMutablePointer<UInt8>, weight: Float) {
        for channel in 0..<3 {
            let own = Float(place[channel])
            place[channel] = UInt8(nearest: own + weight * (Float(level[channel]) - own))
        }
    }
}
