import Media
import Networks
import Operators
import Tensors

/// A crop as the network reads it, and the network's picture as it stands in the frame.
struct MouthPicture {
    let layout: MouthLayout
    /// Of the face, which the network does not see.
    var tone = SkinTone.plain

    /// The crop of a frame, (1, 3, height, width), RGB in [0, 1]; resized in 8 bits, as the authors do.
    func read(_ frame: Picture, _ crop: MouthCrop) -> Tensor {
        tone.taken(from: Self.tensor(Self.part(frame, crop).resizedLinearly(width: layout.width, height: layout.height)), upTo: 1)
    }

    /// The rows of features, (N, values), around a frame: (1, values, count), the first and last repeated beyond the ends.
    static func rows(of features: Tensor, around place: Int, count: Int) -> Tensor {
        let (frames, values) = (features.shape[0], features.shape[1]), result = Tensor(uninitialized: [1, values, count])
        for row in 0..<count {
            let from = min(max(place + row - count / 2, 0), frames - 1)
            for value in 0..<values { result.mutablePointer[value * count + row] = features.pointer[from * values + value] }
        }
        return result
    }

    /// What is finer in a crop of a frame than what the network read of it.
    func detail(_ frame: Picture, _ crop: MouthCrop, read: Tensor) -> ReferenceDetail {
        ReferenceDetail(whole: tone.taken(from: Self.tensor(Self.part(frame, crop))), read: read)
    }

    /// (1, 3, height, width), RGB in [0, 1].
    private static func tensor(_ picture: Picture) -> Tensor {
        let size = picture.width * picture.height
        let result = Tensor(uninitialized: [1, 3, picture.height, picture.width]), to = result.mutablePointer
        picture.pixels.withUnsafeBufferPointer { pixels in
            for p in 0..<size {
                for channel in 0..<3 { to[channel * size + p] = Float(pixels[3 * p + channel]) / 255 }
            }
        }
        return result
    }

    /// What a crop shows of a frame, whose edge is repeated outside of it.
    private static func part(_ frame: Picture, _ crop: MouthCrop) -> Picture {
        let rows = crop.top..<crop.top + crop.height, columns = crop.left..<crop.left + crop.width
        if rows.lowerBound >= 0, columns.lowerBound >= 0, rows.upperBound <= frame.height, columns.upperBound <= frame.width {
            return frame.part(left: crop.left, top: crop.top, width: crop.width, height: crop.height)
        }
        return Picture(width: crop.width, height: crop.height) { pixels in
            for (index, row) in rows.enumerated() {
                let line = min(max(row, 0), frame.height - 1) * frame.width
                for (place, column) in columns.enumerated() {
                    let from = 3 * (line + min(max(column, 0), frame.width - 1)), to = 3 * (index * crop.width + place)
                    for channel in 0..<3 { pixels[to + channel] = frame.pixels[from + channel] }
                }
            }
        }
    }

    /// Paints the mouth of a frame for a sound.
    ///
    /// - Parameters:
    ///   - person: the references.
    ///   - sound: (1, values, rows).
    ///   - detail: of the first reference; nil for none.
    ///   - face: of the frame, by which the crop was laid.
    func paint(
        _ person: any DubbedFace, sound: Tensor, _ detail: ReferenceDetail?, into frame: inout Picture, _ crop: MouthCrop,
        _ face: FaceOutline, _ blend: DubbingBlend
    ) {
        let own = read(frame, crop), masked = Tensor(own.values, own.shape)
        layout.mask(masked.mutablePointer)
        put(person.paint(masked, sound: sound), over: own, detail, into: &frame, crop, face, blend)
    }

    /// Puts what the network has painted into a frame.
    ///
    /// - Parameters:
    ///   - painting: of one frame.
    ///   - own: the frame as it was read.
    private func put(
        _ painting: MouthPainting, over own: Tensor, _ detail: ReferenceDetail?, into frame: inout Picture, _ crop: MouthCrop,
        _ face: FaceOutline, _ blend: DubbingBlend
    ) {
        var painting = painting
        let scale = Float(layout.height) / Float(crop.height), origin = SIMD2(Float(crop.left), Float(crop.top))
        let middle = (face.mouth - origin) * scale, breadth = Float(face.right - face.left) / 2 * scale
        if tone != .plain {
            painting.picture = SkinTone.withoutBlue(painting.picture, middle: middle, reach: breadth)
        }
        // Networks that move a reference are the program's own; what the authors' paint is left as it is.
        if painting.flow != nil {
            painting.picture = NearbyColors.bounded(painting.picture, by: own, layout: layout, middle: middle, breadth: breadth)
        }
        let whole =
            detail?.added(to: painting, height: crop.height, width: crop.width)
            ?? BilinearResizing.forward(painting.picture, height: crop.height, width: crop.width)
        let resized = Scaling.forward(tone.given(to: whole), by: 255)
        let share = blend == .face ? JawContour(face, crop).share() : nil
        let (from, size, stride, height) = (resized.pointer, crop.width * crop.height, frame.width, frame.height)
        // The authors leave out the lowest quarter of R.
        let rows = blend == .none ? 3 * crop.radius : crop.height
        frame.pixels.withUnsafeMutableBufferPointer { pixels in
            for row in 0..<rows where (0..<height).contains(crop.top + row) {
                let line = 3 * ((crop.top + row) * stride + crop.left)
                for column in 0..<crop.width where (0..<stride).contains(crop.left + column) {
                    var weight = blend == .none ? 1 : Self.weight(row, column, crop)
                    if let share { weight *= share.pointer[row * crop.width + column] }
                    guard weight > 0 else { continue }
                    for channel in 0..<3 {
                        let own = Float(pixels[line + 3 * column + channel])
                        let level = own + (from[channel * size + row * crop.width + column] - own) * weight
                        // The comparison is false for NaN.
                        pixels[line + 3 * column + channel] = level > 0 ? UInt8(min(level.rounded(), 255)) : 0
                    }
                }
            }
        }
        keepAlive(resized)
        keepAlive(share)
    }

    /// How much of the painted picture is seen: 1 in the mouth's square, less and less over a quarter of R around it.
    private static func weight(_ row: Int, _ column: Int, _ crop: MouthCrop) -> Float {
        func beyond(_ place: Int, _ first: Int) -> Float {
            max(Float(first) - Float(place) - 0.5, Float(place) + 0.5 - Float(first + 2 * crop.radius), 0)
        }
        let (x, y) = (beyond(column, crop.mouthLeft), beyond(row, crop.mouthTop))
        return Fading.share((x * x + y * y).squareRoot() / Float(crop.radius / 4))
    }
}
