import Foundation
import Media
import Operators
import Tensors
import Testing
import TestSupport
import Training

/// The flow between pictures made of one frame, against formulas.
@Suite struct DataPseudoMotionTests {
    static let size = 128
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A smooth picture, in [−1, 1], as a formula of positions.
    static func value(_ channel: Int, _ x: Double, _ y: Double) -> Double {
        switch channel {
        case 0: return 0.8 * sin(2.1 * x + 0.4) * cos(1.7 * y)
        case 1: return 0.7 * sin(1.3 * x - 2.4 * y)
        default: return 0.6 * cos(2.6 * x + 0.9 * y + 1) + 0.2 * y
        }
    }

    static func center(_ index: Int, _ size: Int) -> Double { (2 * Double(index) + 1) / Double(size) - 1 }

    static func smoothPicture() -> Picture {
        Picture(width: size, height: size) { pixels in
            for row in 0..<size {
                for column in 0..<size {
                    for channel in 0..<3 {
                        let value = value(channel, center(column, size), center(row, size))
                        pixels[3 * (row * size + column) + channel] = UInt8(((value + 1) / 2 * 255).rounded())
                    }
                }
            }
        }
    }

    private func sampler(seed: UInt64, augmentation: Augmentation = .none) throws -> GroupSampler {
        let path = folder.file("smooth.safetensors")
        try DataSample.write(path, size: Self.size, clips: [("a", 1)]) { _, _ in Self.smoothPicture() }
        return GroupSampler(
            dataset: try Dataset(path: path), clips: [0], groupSize: 3, augmentation: augmentation, seed: seed)
    }

    /// Each member shows at x what the frame has at T(x).
    @Test func membersShowTheFrameThroughTheirMaps() throws {
        var sampler = try sampler(seed: 1)
        let size = Self.size
        for _ in 0..<5 {
            let group = sampler.next(pseudoMotion: 1)
            let motion = try #require(group.knownMotion as? PseudoMotion)
            #expect(group.pictures.shape == [3, 3, size, size] && motion.maps.count == 3)
            let pictures = group.pictures.values
            var largest = 0.0, compared = 0
            for (member, map) in motion.maps.enumerated() {
                #expect(map.warp != nil)
                for row in 0..<size {
                    for column in 0..<size {
                        let place = map(Self.center(column, size), Self.center(row, size))
                        guard max(abs(place.x), abs(place.y)) < 1 - 1 / Double(size) else { continue }
                        compared += 1
                        for channel in 0..<3 {
                            let shown = Double(pictures[((member * 3 + channel) * size + row) * size + column])
                            largest = max(largest, abs(shown - Self.value(channel, place.x, place.y)))
                        }
                    }
                }
            }
            // Half a level of 255 is 0.004; bilinear sampling of this picture errs by 0.0003.
            #expect(largest < 0.006 && compared > 3 * size * size / 2, "largest error \(largest) of \(compared)")
        }
    }

    /// One member warped by the grid is the other, and grids that are a little wrong would show.
    @Test(arguments: [false, true])
    func warpingByTheGridGivesTheOtherMember(_ augmented: Bool) throws {
        var augmentation = Augmentation.none
        augmentation.flip = augmented
        var sampler = try sampler(seed: 2, augmentation: augmentation)
        let size = Self.size
        for _ in 0..<4 {
            let group = sampler.next(pseudoMotion: 1)
            let motion = try #require(group.knownMotion as? PseudoMotion)
            for (source, driving) in [(0, 1), (1, 0), (2, 1), (1, 1)] {
                let (grid, weight, _) = motion.grid(source: source, driving: driving, size: size)
                #expect(grid.shape == [1, size, size, 2] && weight.shape == [size, size])
                let wanted = group.pictures.items(driving..<driving + 1).values
                let weights = weight.values, positions = grid.values
                /// The largest and mean error inside, when every position is moved by so many pixels.
                func error(movedBy pixels: Float) -> (largest: Float, mean: Float, count: Int) {
                    let moved = Tensor(positions.map { $0 + pixels * 2 / Float(size) }, grid.shape)
                    let warped = GridSampling.forward(group.pictures.items(source..<source + 1), grid: moved).values
                    var largest: Float = 0, sum: Float = 0, count = 0
                    for pixel in 0..<size * size
                    where weights[pixel] == 1 && max(abs(positions[2 * pixel]), abs(positions[2 * pixel + 1])) < 1 - 2 / Float(size) {
                        for channel in 0..<3 {
                            let difference = abs(warped[channel * size * size + pixel] - wanted[channel * size * size + pixel])
                            largest = max(largest, difference)
                            sum += difference
                            count += 1
                        }
                    }
                    return (largest, sum / Float(max(count, 1)), count)
                }
                let exact = error(movedBy: 0)
                #expect(exact.count > size * size, "\(exact.count) values compared")
                #expect(exact.largest < 0.01 && exact.mean < 0.0025, "largest \(exact.largest), mean \(exact.mean)")
                #expect(error(movedBy: 0.5).mean > 2 * exact.mean + 0.002)
            }
        }
    }

    /// T_source(g) = T_driving(c) on every level, also where the grid is far outside.
    @Test(arguments: [4, 8, 16, 64])
    func theInverseIsExact(_ level: Int) throws {
        var random = RandomSource(seed: 3)
        var largest = 0.0
        for _ in 0..<20 {
            let motion = PseudoMotion(count: 2, using: &random)
            let (grid, weight, _) = motion.grid(source: 0, driving: 1, size: level)
            let positions = grid.values, weights = weight.values
            for row in 0..<level {
                for column in 0..<level {
                    let pixel = row * level + column
                    let (x, y) = (Double(positions[2 * pixel]), Double(positions[2 * pixel + 1]))
                    let wanted = motion.maps[1](Self.center(column, level), Self.center(row, level))
                    let found = motion.maps[0](x, y)
                    largest = max(largest, abs(found.x - wanted.x), abs(found.y - wanted.y))
                    let isInside = max(abs(x), abs(y)) <= 1 && max(abs(wanted.x), abs(wanted.y)) <= 1
                    #expect(weights[pixel] == (isInside ? 1 : 0))
                }
            }
        }
        #expect(largest < 1e-4, "\(largest)")
    }

    @Test func affineGridsAreTheMatrixProduct() throws {
        var random = RandomSource(seed: 4)
        for _ in 0..<20 {
            let motion = PseudoMotion(count: 2, isSmoothlyWarped: false, using: &random)
            let (grid, _, _) = motion.grid(source: 0, driving: 1, size: 8)
            let positions = grid.values
            let s = motion.maps[0].affine, d = motion.maps[1].affine
            for row in 0..<8 {
                for column in 0..<8 {
                    let (x, y) = (Self.center(column, 8), Self.center(row, 8))
                    // θ_source · g = θ_driving · c by Cramer's rule.
                    let right = (d.xx * x + d.xy * y + d.x0 - s.x0, d.yx * x + d.yy * y + d.y0 - s.y0)
                    let determinant = s.xx * s.yy - s.xy * s.yx
                    let wanted = (
                        (right.0 * s.yy - s.xy * right.1) / determinant, (s.xx * right.1 - right.0 * s.yx) / determinant
                    )
                    #expect(abs(Double(positions[2 * (row * 8 + column)]) - wanted.0) < 2e-7 * max(1, abs(wanted.0)))
                    #expect(abs(Double(positions[2 * (row * 8 + column) + 1]) - wanted.1) < 2e-7 * max(1, abs(wanted.1)))
                }
            }
        }
    }

    /// Cases to check by hand: what each parameter does, and which way.
    @Test func handMadeMaps() throws {
        func grid(_ source: AffineMap, _ driving: AffineMap) -> [Float] {
            PseudoMotion(maps: [PictureMap(affine: source), PictureMap(affine: driving)])
                .grid(source: 0, driving: 1, size: 4).grid.values
        }
        // The first pixel's centre is (−0.75, −0.75), the second's in its row (−0.25, −0.75).
        #expect(grid(.identity, .identity).prefix(4) == [-0.75, -0.75, -0.25, -0.75])
        func map(degrees: Double = 0, x: Double = 1, y: Double = 1, shear: Double = 0, dx: Double = 0, dy: Double = 0)
            -> AffineMap
        {
            AffineMap(degrees: degrees, scaleX: x, scaleY: y, shear: shear, shiftX: dx, shiftY: dy)
        }
        // The source's picture is shifted to the left by a half, so the content is found further left.
        #expect(grid(map(dx: 0.5, dy: 0.25), .identity).prefix(2) == [-1.25, -1])
        #expect(grid(.identity, map(dx: 0.5, dy: 0.25)).prefix(2) == [-0.25, -0.5])
        #expect(grid(map(x: 2, y: 0.5), .identity).prefix(2) == [-0.375, -1.5])
        #expect(grid(.identity, map(shear: 0.5)).prefix(2) == [-1.125, -0.75])
        let turned = grid(.identity, map(degrees: 90))
        #expect(abs(turned[2] - 0.75) < 1e-6 && abs(turned[3] + 0.25) < 1e-6, "\(turned.prefix(4))")
    }

    @Test func drawsStayInTheStatedRanges() throws {
        var random = RandomSource(seed: 5)
        let motion = PseudoMotion(count: 3000, using: &random)
        func range(_ value: (PictureMap) -> Double) -> (Double, Double) {
            let values = motion.maps.map(value)
            return (values.min()!, values.max()!)
        }
        // The first column of the matrix is turned, scaled and stretched only.
        let degrees = range { atan2($0.affine.yx, $0.affine.xx) * 180 / .pi }
        #expect(degrees.0 >= -20 && degrees.0 < -19 && degrees.1 <= 20.0001 && degrees.1 > 19)
        let scale = range { ($0.affine.xx * $0.affine.yy - $0.affine.xy * $0.affine.yx).squareRoot() }
        #expect(scale.0 > 0.8499 && scale.0 < 0.86 && scale.1 < 1.2001 && scale.1 > 1.19)
        for shift in [range(\.affine.x0), range(\.affine.y0)] {
            #expect(shift.0 >= -0.1801 && shift.0 < -0.17 && shift.1 < 0.1801 && shift.1 > 0.17)
        }
        let control = range { Double($0.warp!.x.first.max()) }
        #expect(control.1 <= 0.06 && control.1 > 0.059)
        var again = RandomSource(seed: 5)
        #expect(motion == PseudoMotion(count: 3000, using: &again))
    }

    /// The spline goes through its control points and has no corners.
    @Test func theWarpIsSmooth() throws {
        var random = RandomSource(seed: 6)
        let map = PseudoMotion(count: 1, using: &random).maps[0]
        let warp = try #require(map.warp)
        let rows = [warp.x.first, warp.x.second, warp.x.third, warp.x.fourth]
        for row in 0..<4 {
            for column in 0..<4 {
                let found = warp.displacement(Float(2 * column) / 3 - 1, Float(2 * row) / 3 - 1).x
                #expect(abs(found - rows[row][column]) < 1e-6)
            }
        }
        let step: Float = 0.01
        var before: Float?
        for index in 0..<198 {
            let x = -0.99 + Float(index) * step
            let slope = (warp.displacement(x + step, 0.3).x - warp.displacement(x, 0.3).x) / step
            if let before { #expect(abs(slope - before) < 0.02, "the slope jumps from \(before) to \(slope) at \(x)") }
            #expect(abs(slope) < 0.5)
            before = slope
        }
    }
}
