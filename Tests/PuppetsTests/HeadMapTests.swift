import Foundation
import Puppets
import Testing

struct HeadMapTests {
    /// A layer's point, put into the picture and found again.
    @Test(arguments: [0, 1, 2])
    func theInverseFindsThePointAgain(layer: Int) {
        let depth = [FacePainter.depth, HairPainter.front, HairPainter.back][layer]
        var worst: Float = 0
        var count = 0
        for yaw in [-0.5, -0.2, 0, 0.35, 0.5] as [Float] {
            for pitch in [-0.35, 0, 0.3] as [Float] {
                for roll in [-0.3, 0, 0.2] as [Float] {
                    var pose = PuppetPose()
                    (pose.yaw, pose.pitch, pose.roll) = (yaw, pitch, roll)
                    (pose.shiftX, pose.shiftY, pose.scale) = (0.1, -0.07, 1.1)
                    let map = HeadMap(pose)
                    for step in 0..<100 {
                        let place = Point(Float(step % 10) / 9 * 1.2 - 0.6, Float(step / 10) / 9 * 1.6 - 0.75)
                        let found = map.layerPoint(map.upright(map.picturePoint(place, depth)), depth)
                        worst = max(worst, abs(found.x - place.x), abs(found.y - place.y))
                        count += 1
                    }
                }
            }
        }
        #expect(count == 4500)
        // In head units: a quarter of a pixel at 256 pixels.
        #expect(worst < 0.0035, "\(worst)")
    }

    /// Rotation by hand: a point at depth z moves by the sine, and shrinks toward the axis by the cosine.
    @Test func turningIsARotation() {
        var pose = PuppetPose()
        pose.yaw = 0.5
        let plate = DepthField(base: 0.4, bulge: 0)
        let map = HeadMap(pose)
        let rest = HeadMap(PuppetPose())
        let unit = rest.picturePoint(Point(1, 0), plate).x - rest.picturePoint(Point(0, 0), plate).x
        let (turned, before) = (map.picturePoint(Point(0.3, 0.2), plate), rest.picturePoint(Point(0.3, 0.2), plate))
        let expected = Float(0.3 * cos(0.5) + 0.4 * sin(0.5) - 0.3)
        #expect(abs((turned.x - before.x) / unit - expected) < 1e-5)
        #expect(abs(turned.y - before.y) < 1e-6)
    }

    @Test func whatStandsOutMovesOverWhatLiesBehind() {
        var pose = PuppetPose()
        pose.yaw = 0.3
        let map = HeadMap(pose)
        let front = map.picturePoint(Point(0, 0), FacePainter.depth).x
        let back = map.picturePoint(Point(0, 0), HairPainter.back).x
        #expect(front - back > 0.1)
    }

    @Test func sineAndCosineAreRight() {
        for step in -2000...2000 {
            let angle = Float(step) * 0.01
            let found = sineAndCosine(angle)
            #expect(abs(found.sine - Float(sin(Double(angle)))) < 4e-6)
            #expect(abs(found.cosine - Float(cos(Double(angle)))) < 4e-6)
        }
    }

    @Test func noiseIsSmoothAndVaried() {
        var (least, most, step): (Float, Float, Float) = (1, -1, 0)
        var before = SmoothNoise.at(-50, -50 * 0.3, seed: 9)
        for index in 0..<20_000 {
            let x = Float(index) * 0.005 - 50
            let value = SmoothNoise.at(x, x * 0.3, seed: 9)
            (least, most, step) = (min(least, value), max(most, value), max(step, abs(value - before)))
            before = value
        }
        #expect(least < -0.8 && most > 0.8 && least >= -1 && most <= 1)
        #expect(step < 0.03)
        #expect(SmoothNoise.at(1.5, seed: 1) != SmoothNoise.at(1.5, seed: 2))
    }
}
