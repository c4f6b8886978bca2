import Operators
import Tensors

/// A portrait encoded by LivePortrait: its feature volume, and its own motion (see `HeadMotion`).
struct LivePortraitPortrait: EncodedPortrait {
    let network: LivePortrait
    let volume: WarpingModule.PreparedVolume
    let own: HeadMotion
    /// 63 values: x_s, from which the volume is warped.
    let ownPoints: [Float]

    var motion: Tensor { own.tensor }

    /// The head turned to the front without an expression, in its place.
    var canonicalMotion: Tensor {
        var motion = own
        (motion.expression, motion.rotation) = ([Float](repeating: 0, count: 63), .none)
        return motion.tensor
    }

    /// The authors' editing page: degrees are added to the head's angles, sliders to the expression, and the ratios of eyes and lips are
    /// reached by the retargeting networks. What is added is not scaled by the transfer's strength.
    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor {
        precondition(amounts.count == LivePortraitControl.allCases.count, "an edit has an amount for every control")
        func amount(_ control: LivePortraitControl) -> Float { amounts[control.rawValue] }
        guard amounts.contains(where: { $0 != 0 }) else { return motion }
        var motion = HeadMotion(row: motion.values)
        let before = motion.posed
        if [.turn, .nod, .tilt].contains(where: { amount($0) != 0 }) {
            let (pitch, yaw, roll) = motion.rotation.degrees
            motion.rotation = HeadRotation(pitch: pitch + amount(.nod), yaw: yaw + amount(.turn), roll: roll + amount(.tilt))
        }
        var expression = [Float](repeating: 0, count: 63)
        for control in LivePortraitControl.allCases where amount(control) != 0 {
            let part = control.expression(amount(control))
            for index in expression.indices { expression[index] += part[index] }
        }
        // What expression and size add goes into the shift, which a motion file of the result keeps: other motions take on neither.
        let size = 1 + amount(.size), offset = motion.translation, plain = motion.posed
        for index in expression.indices {
            let still = plain[index] - motion.shift[index] - offset[index % 3]
            motion.shift[index] += (size - 1) * still + size * motion.scale * expression[index]
        }
        let opening = own.opening ?? .usual
        if amount(.eyes) != 0 {
            let wanted = max(0, opening.eyes + amount(.eyes))
            add(network.pointNetworks.eyes(ownPoints + [opening.leftEye, opening.rightEye, wanted]), to: &motion.shift)
        }
        if amount(.lips) != 0 {
            add(network.pointNetworks.lips(ownPoints + [opening.lips, max(0, opening.lips + amount(.lips))]), to: &motion.shift)
        }
        // A motion file's depth is no portrait's to take on: it moves into the shift, which is.
        for point in 0..<HeadMotion.points { motion.shift[3 * point + 2] += motion.translation[2] }
        motion.translation[2] = 0
        if motion.strength != 1 {
            for (index, (new, old)) in zip(motion.posed, before).enumerated() {
                motion.offset[index] += (1 - motion.strength) * (new - old)
            }
        }
        return motion.tensor
    }

    private func add(_ delta: [Float], to values: inout [Float]) { for index in values.indices { values[index] += delta[index] } }

    func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        eachPicture(of: motion) { picture(HeadMotion(row: $0), observe: observe) }
    }

    private func picture(_ motion: HeadMotion, observe: ((Observation) -> Void)?) -> Tensor {
        let networks = network.networks
        let target = Tensor(motion.points(own: ownPoints, network.pointNetworks), [1, 63])
        let label = networks.warping.label(
            volume, sourcePoints: Tensor(ownPoints, [1, 63]), targetPoints: target,
            observe: observe.map { observe in
                { stage, _, values in
                    switch stage {
                    case .deformation: observe(Observation(view: "flow", level: 0, values: Self.flow(values)))
                    case .occlusion: observe(Observation(view: "mask", level: 0, values: values))
                    default: break
                    }
                }
            })
        let picture = Self.levels(networks.generator(label))
        if let observe { observe(Observation(view: "points", level: 0, values: Self.drawn(target.values, on: picture))) }
        return picture
    }

    /// The picture with the key points on it, without their depth.
    private static func drawn(_ points: [Float], on picture: Tensor) -> Tensor {
        let drawing = PointDrawing(on: picture)
        for point in 0..<HeadMotion.points {
            drawing.point(SIMD2(points[3 * point], points[3 * point + 1]), PointDrawing.color(point, of: HeadMotion.points))
        }
        return drawing.picture
    }

    /// The mean over the depth of where each place comes from, less the place itself.
    ///
    /// - Parameter deformation: (1, D, H, W, 3), in −1 to 1 at the edges' pixels.
    /// - Returns: (1, 2, H, W).
    static func flow(_ deformation: Tensor) -> Tensor {
        let (depth, height, width) = (deformation.shape[1], deformation.shape[2], deformation.shape[3]), plane = height * width
        let result = Tensor(zeros: [1, 2, height, width]), from = deformation.pointer, to = result.mutablePointer
        defer { keepAlive(deformation) }
        func place(_ index: Int, _ count: Int) -> Float { count > 1 ? 2 * Float(index) / Float(count - 1) - 1 : 0 }
        for pixel in 0..<plane {
            var (x, y) = (Float(0), Float(0))
            for slice in 0..<depth {
                x += from[3 * (slice * plane + pixel)]
                y += from[3 * (slice * plane + pixel) + 1]
            }
            to[pixel] = x / Float(depth) - place(pixel % width, width)
            to[plane + pixel] = y / Float(depth) - place(pixel / width, height)
        }
        return result
    }

    /// The network's picture as the levels that the authors write, ⌊255·v⌋, in [−1, 1].
    ///
    /// - Parameter picture: (1, 3, S, S), in [0, 1].
    static func levels(_ picture: Tensor) -> Tensor {
        let result = Tensor(uninitialized: picture.shape), from = picture.pointer, to = result.mutablePointer
        // What is not a number becomes black, as everywhere.
        for index in 0..<picture.count { to[index] = (255 * max(0, min(1, from[index]))).rounded(.down) / 127.5 - 1 }
        keepAlive(picture)
        return result
    }
}

extension HeadMotion {
    /// (1, V).
    var tensor: Tensor { Tensor(row, [1, Self.count]) }
}
