/// From a driving frame's motion to a portrait's (the LivePortrait authors' pipeline).
///
/// A *candidate* is what the driving motion would make of the whole head; of a moving source it is smoothed over time. The region then
/// says which of it the portrait takes on.
package struct MotionTransfer {
    /// The small networks that move points, 63 values each.
    package struct Networks: Sendable {
        /// [own points, points] (126) → 65 values: what is added to the points, and to every x and y.
        package let stitching: @Sendable ([Float]) -> [Float]
        /// [own points, left ratio, right ratio, wanted ratio] (66) → 63.
        package let eyes: @Sendable ([Float]) -> [Float]
        /// [own points, ratio, wanted ratio] (65) → 63.
        package let lips: @Sendable ([Float]) -> [Float]

        package init(
            stitching: @escaping @Sendable ([Float]) -> [Float], eyes: @escaping @Sendable ([Float]) -> [Float],
            lips: @escaping @Sendable ([Float]) -> [Float]
        ) { (self.stitching, self.eyes, self.lips) = (stitching, eyes, lips) }
    }

    /// Expression and turn before the region has its say.
    package struct Candidate: Equatable {
        /// 63 values.
        package var expression: [Float]
        package var rotation: HeadRotation

        package init(expression: [Float], rotation: HeadRotation) { (self.expression, self.rotation) = (expression, rotation) }
    }

    /// Lips that are less open than this are closed.
    private static let closedLips: Float = 0.03
    /// Eyes that are less open than `closed` in the first frame are held `open`.
    private static let heldEyes = (closed: Float(0.18), open: Float(0.39))

    package let transfer: Transfer
    package let networks: Networks

    package init(transfer: Transfer, networks: Networks) { (self.transfer, self.networks) = (transfer, networks) }

    private var isRelative: Bool { transfer.mode == .relative }
    /// The source's picture serves all frames.
    private var isStill: Bool { !transfer.situation.isSourceMoving }
    /// One driving picture has no change of its own: it is measured from a face at rest, and moves no head.
    private var isMeasuredFromRest: Bool { isRelative && transfer.situation.isDrivingStill }

    /// - Parameters:
    ///   - source: the portrait's own motion.
    ///   - reference: of the driving frame where relative motion starts.
    package func candidate(_ source: HeadMotion, driving: HeadMotion, reference: HeadMotion) -> Candidate {
        guard isRelative else { return Candidate(expression: driving.expression, rotation: driving.rotation) }
        var start = reference.expression
        if isMeasuredFromRest { start = isStill && transfer.region == .eyes ? [Float](repeating: 0, count: 63) : FacePart.neutral }
        return Candidate(
            expression: (0..<63).map { source.expression[$0] + (driving.expression[$0] - start[$0]) },
            rotation: isMeasuredFromRest ? source.rotation : driving.rotation * reference.rotation.transposed * source.rotation)
    }

    /// The driving motion whose candidate is the given one; for a driving clip.
    package func driving(giving candidate: Candidate, _ source: HeadMotion, driving: HeadMotion, reference: HeadMotion) -> HeadMotion {
        var result = driving
        guard isRelative else {
            (result.expression, result.rotation) = (candidate.expression, candidate.rotation)
            return result
        }
        result.expression = (0..<63).map { candidate.expression[$0] - source.expression[$0] + reference.expression[$0] }
        result.rotation = candidate.rotation * source.rotation.transposed * reference.rotation
        return result
    }

    /// The motion that the portrait takes on.
    package func target(_ candidate: Candidate, _ source: HeadMotion, driving: HeadMotion, reference: HeadMotion) -> HeadMotion {
        if transfer.isOfAnimals { return animal(source, driving: driving, reference: reference) }
        var target = source
        (target.strength, target.stitches) = (transfer.strength, transfer.stitches)
        let own = source.ownPoints
        if transfer.eyes != nil || transfer.lips != nil {
            let shift = zip(eyesShift(source, driving, own), lipsShift(source, driving, own)).map { $0 + $1 }
            // In relative transfer the rest of the driving motion is left out.
            if !isRelative { pose(&target, candidate, source, driving, reference) }
            target.translation[2] = 0
            add(shift, to: &target.shift, scaled: 1)
            return target
        }
        pose(&target, candidate, source, driving, reference)
        target.translation[2] = 0
        let opening = source.opening ?? .usual
        if transfer.closesLips, isRelative, opening.lips >= Self.closedLips {
            add(networks.lips(own + [opening.lips, 0]), to: &target.offset, scaled: transfer.strength)
        }
        if transfer.holdsEyes, !isStill {
            let first = transfer.situation.sourceStart.map { HeadMotion(row: $0.values).opening ?? .usual } ?? opening
            let wanted = first.eyes < Self.heldEyes.closed ? Self.heldEyes.open : first.eyes
            add(networks.eyes(own + [opening.leftEye, opening.rightEye, wanted]), to: &target.offset, scaled: transfer.strength)
        }
        return target
    }

    /// What opens or closes the eyes; the left driving eye alone is followed.
    private func eyesShift(_ source: HeadMotion, _ driving: HeadMotion, _ own: [Float]) -> [Float] {
        guard let eyes = transfer.eyes else { return [Float](repeating: 0, count: 63) }
        let opening = source.opening ?? .usual
        return networks.eyes(own + [opening.leftEye, opening.rightEye, eyes.value((driving.opening ?? .usual).leftEye)])
    }

    private func lipsShift(_ source: HeadMotion, _ driving: HeadMotion, _ own: [Float]) -> [Float] {
        guard let lips = transfer.lips else { return [Float](repeating: 0, count: 63) }
        return networks.lips(own + [(source.opening ?? .usual).lips, lips.value((driving.opening ?? .usual).lips)])
    }

    private func add(_ delta: [Float], to values: inout [Float], scaled strength: Float) {
        for index in values.indices { values[index] += strength * delta[index] }
    }

    /// Takes on the region's part of the candidate.
    private func pose(
        _ target: inout HeadMotion, _ candidate: Candidate, _ source: HeadMotion, _ driving: HeadMotion, _ reference: HeadMotion
    ) {
        let places: [Int]
        switch transfer.region {
        case .all, .expression: places = isRelative && isStill ? Array(0..<63) : FacePart.face
        case .lips: places = FacePart.places(FacePart.lips)
        case .eyes: places = FacePart.places(FacePart.eyes)
        case .pose: places = []
        }
        for place in places { target.expression[place] = candidate.expression[place] }
        if transfer.region == .all || transfer.region == .expression {
            // Edits of the driving motion, which no video has.
            for index in 0..<63 {
                target.shift[index] += driving.shift[index] - (isRelative ? reference.shift[index] : 0)
                target.offset[index] += driving.offset[index] - (isRelative ? reference.offset[index] : 0)
            }
        }
        guard transfer.region == .all || transfer.region == .pose else { return }
        target.rotation = candidate.rotation
        if !isRelative {
            target.translation = driving.translation
        } else if isStill, !isMeasuredFromRest {
            target.translation = (0..<3).map { source.translation[$0] + (driving.translation[$0] - reference.translation[$0]) }
            if transfer.region == .all { target.scale = source.scale * (driving.scale / reference.scale) }
        }
    }

    /// Of animals the driving motion is taken whole; what the points change since the reference frame is scaled to the portrait's size by the
    /// volumes of their convex hulls, x := x_s + √(V(x_s)/V(x at the reference))·(x − x at the reference).
    private func animal(_ source: HeadMotion, driving: HeadMotion, reference: HeadMotion) -> HeadMotion {
        func posed(_ motion: HeadMotion) -> [Float] {
            var target = source
            (target.expression, target.rotation, target.translation) = (motion.expression, motion.rotation, motion.translation)
            return target.ownPoints
        }
        var target = source
        (target.strength, target.stitches) = (transfer.strength, transfer.stitches)
        target.translation[2] = 0
        let start = posed(reference), points = posed(driving), volume = ConvexHull.volume(start)
        let scale = volume > 0 ? Float((ConvexHull.volume(source.ownPoints) / volume).squareRoot()) : 1
        target.shift = zip(points, start).map { scale * ($0 - $1) }
        return target
    }
}

extension Transfer.Opening {
    /// The wanted ratio.
    ///
    /// - Parameter driving: the driving frame's.
    func value(_ driving: Float) -> Float {
        switch self {
        case .driving: return driving
        case .ratio(let ratio): return ratio
        }
    }
}

extension HeadMotion {
    /// The points that pose the portrait, 63 values: posed, stitched, scaled and offset.
    ///
    /// - Parameter own: the portrait's own points.
    package func points(own: [Float], _ networks: MotionTransfer.Networks) -> [Float] {
        var points = posed
        if stitches {
            let delta = networks.stitching(own + points)
            for index in points.indices {
                points[index] += delta[index]
                if index % 3 < 2 { points[index] += delta[63 + index % 3] }
            }
        }
        return points.indices.map { own[$0] + strength * (points[$0] - own[$0]) + offset[$0] }
    }
}
