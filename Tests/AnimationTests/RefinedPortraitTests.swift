import Animation
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Puppets
import Tensors
import Testing

/// Portraits whose mouths are painted again.
@Suite struct RefinedPortraitTests {
    private let model: PortraitModel
    private let faces: FaceSupply
    private let jaw: Int

    init() throws {
        var model = try ModelLocator.model("portrait")
        // Paints white where it may: nothing of what was animated stays.
        let white = MouthRefiner(channels: [2, 3, 4, 5], seed: 1)
        for parameter in white.parameters {
            if parameter.name == "paint_conv.bias" { parameter.value = Tensor([40, 40, 40], [3]) }
            if parameter.name == "motion_conv.bias" { parameter.value = Tensor([0, 0, -40], [3]) }
        }
        model.refiner = white
        self.model = model
        faces = .finder(try FaceFinder(folder: try #require(FaceFinder.folder(amongModels: ModelLocator.folders))))
        jaw = try DirectionNames(of: model).number(of: "jaw")
    }

    private func picture(_ portrait: any EncodedPortrait, jaw amount: Float) -> Tensor {
        var amounts = [Float](repeating: 0, count: model.network.controls.count)
        amounts[jaw - 1] = amount
        return portrait.picture(portrait.edited(portrait.motion, by: amounts))
    }

    /// The portrait at rest is as it was; a mouth that opens is painted, and nothing but it.
    @Test func onlyAMouthThatMovesIsPainted() throws {
        let source = Puppet(seed: 5).draw(PuppetPose(), size: 256)
        var plain = model
        plain.refiner = nil
        let portrait = try model.encode(source, .crop, side: 256, faces: faces),
            own = try plain.encode(source, .crop, side: 256, faces: faces)
        let isSame = picture(portrait, jaw: 0).values == picture(own, jaw: 0).values
        #expect(isSame)
        let (painted, animated) = (picture(portrait, jaw: 5).values, picture(own, jaw: 5).values), size = 256 * 256
        let changed = (0..<size).filter { painted[$0] != animated[$0] }
        #expect((100..<size / 10).contains(changed.count))
        // The face of a drawn person fills the picture: its mouth lies below the middle.
        let isMouth = changed.allSatisfy { $0 / 256 > 110 && $0 / 256 < 240 && abs($0 % 256 - 128) < 70 }
        #expect(isMouth)
        #expect(changed.map { painted[$0] }.max()! > 0.95)
        // Of several poses in one call each is painted as alone.
        let motion = portrait.edited(portrait.motion, by: (1...model.network.controls.count).map { $0 == jaw ? 5 : 0 })
        let both = portrait.picture(Tensor(portrait.motion.values + motion.values, [2, portrait.motion.count]))
        let first = Array(both.values[..<(3 * size)]), second = Array(both.values[(3 * size)...])
        let differences = zip(first + second, picture(own, jaw: 0).values + painted).map { abs($0 - $1) }
        #expect(differences.max()! < 1e-3)
    }

    /// Where no faces are found, or none is there, portraits are as the network makes them.
    @Test func withoutAFaceNothingIsPainted() throws {
        let source = Puppet(seed: 5).draw(PuppetPose(), size: 256), empty = Picture(width: 256, height: 256, red: 90, green: 120, blue: 60)
        var plain = model
        plain.refiner = nil
        for (picture, faces) in [(source, FaceSupply.none), (empty, self.faces)] {
            let refined = try model.encode(picture, .crop, side: 256, faces: faces), own = try plain.encode(picture, .crop, side: 256)
            let isSame = self.picture(refined, jaw: 5).values == self.picture(own, jaw: 5).values
            #expect(isSame)
        }
    }

    /// A black-and-white picture stays one.
    @Test func mouthsOfGrayPicturesAreGray() throws {
        var source = Puppet(seed: 5).draw(PuppetPose(), size: 256)
        for pixel in 0..<256 * 256 { for channel in 1..<3 { source.pixels[3 * pixel + channel] = source.pixels[3 * pixel] } }
        var colored = model
        let network = MouthRefiner(channels: [2, 3, 4, 5], seed: 1)
        for parameter in network.parameters {
            if parameter.name == "paint_conv.bias" { parameter.value = Tensor([40, -40, -40], [3]) }
            if parameter.name == "motion_conv.bias" { parameter.value = Tensor([0, 0, -40], [3]) }
        }
        colored.refiner = network
        let painted = picture(try colored.encode(source, .crop, side: 256, faces: faces), jaw: 5).values, size = 256 * 256
        let isGray = (0..<size).allSatisfy { painted[$0] == painted[size + $0] && painted[$0] == painted[2 * size + $0] }
        #expect(isGray)
    }
}
