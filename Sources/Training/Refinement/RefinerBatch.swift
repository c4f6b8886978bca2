import Media
import Networks
import Operators
import Tensors

/// Mouths as a portrait's network makes them, those of their sources, and the true ones; all (N, 3, S, S), RGB in [−1, 1].
public struct RefinerBatch {
    package let animated, sources, pictures: Tensor
    /// As `LipLines.drawn`, of the true ones.
    package let lips, region: Tensor

    package init(animated: Tensor, sources: Tensor, pictures: Tensor, lips: Tensor, region: Tensor) {
        (self.animated, self.sources, self.pictures, self.lips, self.region) = (animated, sources, pictures, lips, region)
    }
}

/// A source picture, and frames of its clip that move it.
struct RefinerChoice {
    let clip: RefinerClips.Clip
    /// Of the clip.
    let source: Int
    let targets: [Int]
    let augmentation: SampledAugmentation
    /// How each square is cut beside its place and size, the source's first: to the right, down, and the factor of its size.
    let jitter: [SIMD3<Float>]
}

/// Makes batches from what was chosen.
struct RefinerPainter {
    let dataset: Dataset
    /// The network whose portraits' mouths are to be painted.
    let portrait: PortraitModel

    func batch(_ choices: [RefinerChoice]) -> RefinerBatch {
        let side = MouthRefiner.side, size = 3 * side * side, count = choices.reduce(0) { $0 + $1.targets.count }
        let parts = (0..<3).map { _ in Tensor(uninitialized: [count, 3, side, side]) }
        var lines: [LipLines] = []
        for choice in choices {
            let augmentation = choice.augmentation
            let map = PictureMap(affine: augmentation.mirror.after(augmentation.affine), warp: augmentation.warp)
            func frame(_ number: Int) -> Picture { dataset.picture(choice.clip.first + number) }
            let own = frame(choice.source), encoded = portrait.portrait(of: own)
            let ownSquare = choice.clip.mouths[choice.source]!.square.pictured(by: map).jittered(choice.jitter[0])
            for (index, target) in choice.targets.enumerated() {
                let truth = frame(target), made = Picture(encoded.picture(portrait.motion(in: truth)))
                let mouth = choice.clip.mouths[target]!, square = mouth.square.pictured(by: map).jittered(choice.jitter[index + 1])
                for (part, (picture, square)) in zip(parts, [(made, square), (own, ownSquare), (truth, square)]) {
                    Self.cut(picture, square, map, augmentation.color, into: part.mutablePointer + lines.count * size)
                }
                lines.append(mouth.lips.moved(isMirrored: augmentation.isMirrored, map.pictured).placed(in: square))
            }
        }
        let (lips, region) = LipLines.drawn(lines, side: side)
        return RefinerBatch(animated: parts[0], sources: parts[1], pictures: parts[2], lips: lips, region: region)
    }

    /// - Parameters:
    ///   - map: from places in the changed picture to those in the picture.
    ///   - target: gets (3, S, S).
    private static func cut(
        _ picture: Picture, _ square: MouthSquare, _ map: PictureMap, _ color: ColorChange, into target: UnsafeMutablePointer<Float>
    ) {
        let side = MouthRefiner.side, size = side * side
        picture.pixels.withUnsafeBufferPointer { pixels in
            for pixel in 0..<size {
                let place = (SIMD2(Float(pixel % side), Float(pixel / side)) + 0.5) * (2 / Float(side)) - 1
                let point = square.center + square.reach * place, from = map(Double(point.x), Double(point.y))
                let value = color(FrameSampling.pixel(pixels.baseAddress!, size: picture.width, SIMD2(Float(from.x), Float(from.y))))
                for channel in 0..<3 { target[channel * size + pixel] = value[channel] }
            }
        }
    }
}

extension PictureMap {
    /// Where a place of the picture is in the changed one.
    fileprivate func pictured(_ place: SIMD2<Float>) -> SIMD2<Float> {
        let moved = pictured([SIMD3(place.x, place.y, 0)])[0]
        return SIMD2(moved.x, moved.y)
    }
}

extension MouthSquare {
    /// The square in a picture made of this one.
    fileprivate func pictured(by map: PictureMap) -> MouthSquare {
        let affine = map.affine, scale = Float(abs(affine.xx * affine.yy - affine.xy * affine.yx).squareRoot())
        return MouthSquare(center: map.pictured(center), reach: reach / scale)
    }

    /// - Parameter jitter: to the right, down, and the factor of its size.
    fileprivate func jittered(_ jitter: SIMD3<Float>) -> MouthSquare {
        MouthSquare(center: center + reach * SIMD2(jitter.x, jitter.y), reach: reach * jitter.z)
    }
}

extension PortraitModel {
    /// A square picture as a portrait as large.
    fileprivate func portrait(of picture: Picture) -> any EncodedPortrait {
        let encoded = try! network.encode(read(picture))
        return usesDetail ? DetailedPortrait(encoded, of: Tensor(picture), network: network) : encoded
    }

    /// The motion in a square picture, (1, V).
    fileprivate func motion(in picture: Picture) -> Tensor { try! network.encode(read(picture)).motion }

    private func read(_ picture: Picture) -> Tensor { Tensor(picture.fitted(toSquare: network.inputSize, .crop)) }
}
