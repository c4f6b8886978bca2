import Media
import Puppets

/// A picture looked up where a flow says, and how far that is from the picture it should be.
struct FlowWarp {
    let picture: Picture
    /// Part of the pixels that the flow calls valid, 0 to 1.
    let validPart: Double
    /// Mean absolute difference to the target where the flow is valid, in values of 0 to 255.
    let error: Double
    /// The comparison for the source as it is.
    let unwarpedError: Double
    /// Both once more for what is finer than a 16th of the side: the light, which does not move with a surface, counts
    /// little there.
    let detailError: Double
    let unwarpedDetailError: Double

    init(_ source: Picture, _ flow: PuppetFlow, _ target: Picture) {
        let size = flow.size
        precondition(source.width == size && target.width == size)
        let valid = flow.validity.map { $0 == 1 }
        var pixels = [UInt8](repeating: 0, count: size * size * 3)
        var (count, sum, unwarped) = (0, 0.0, 0.0)
        for index in 0..<size * size {
            // Bilinear, clamped at the edges.
            func place(_ value: Float) -> (Int, Int, Double) {
                let x = min(max((Double(value) + 1) * Double(size) / 2 - 0.5, 0), Double(size - 1))
                return (Int(x), min(Int(x) + 1, size - 1), x - Double(Int(x)))
            }
            let (left, right, u) = place(flow.coordinates[index * 2])
            let (top, bottom, v) = place(flow.coordinates[index * 2 + 1])
            let isValid = flow.validity[index] == 1
            count += isValid ? 1 : 0
            for channel in 0..<3 {
                func at(_ x: Int, _ y: Int) -> Double { Double(source.pixels[(y * size + x) * 3 + channel]) }
                let upper = at(left, top) * (1 - u) + at(right, top) * u
                let lower = at(left, bottom) * (1 - u) + at(right, bottom) * u
                let value = upper * (1 - v) + lower * v
                let wanted = Double(target.pixels[index * 3 + channel])
                pixels[index * 3 + channel] = UInt8(value + 0.5)
                if isValid {
                    sum += abs(value - wanted)
                    unwarped += abs(Double(source.pixels[index * 3 + channel]) - wanted)
                }
            }
        }
        picture = Picture(width: size, height: size, pixels: pixels)
        validPart = Double(count) / Double(size * size)
        error = sum / Double(max(count, 1) * 3)
        unwarpedError = unwarped / Double(max(count, 1) * 3)
        detailError = Self.detailDifference(pixels, target.pixels, valid, size)
        unwarpedDetailError = Self.detailDifference(source.pixels, target.pixels, valid, size)
    }

    /// The mean absolute value of the difference of two pictures less the mean of it round each pixel, all of it taken where
    /// both are valid.
    private static func detailDifference(_ a: [UInt8], _ b: [UInt8], _ valid: [Bool], _ size: Int) -> Double {
        let reach = size / 32
        var (total, count) = (0.0, 0)
        for y in 0..<size {
            for x in 0..<size where valid[y * size + x] {
                var sums = SIMD3<Int>.zero
                var near = 0
                for v in max(y - reach, 0)...min(y + reach, size - 1) {
                    for u in max(x - reach, 0)...min(x + reach, size - 1) where valid[v * size + u] {
                        let index = (v * size + u) * 3
                        for channel in 0..<3 { sums[channel] += Int(a[index + channel]) - Int(b[index + channel]) }
                        near += 1
                    }
                }
                let index = (y * size + x) * 3
                for channel in 0..<3 {
                    let difference = Int(a[index + channel]) - Int(b[index + channel])
                    total += abs(Double(difference) - Double(sums[channel]) / Double(near))
                }
                count += 3
            }
        }
        return total / Double(max(count, 1))
    }
}
