import Faces
import Foundation
import Puppets

/// The face of one frame, turned and moved by the depth of its landmarks.
package struct TurnedFace {
    /// Points of an upper lid from the outer corner in, the point of the lower lid under each, and of the two folds above.
    private struct Lid {
        let upper, lower, crease, fold: [Int]
    }

    private static let leftLid = Lid(
        upper: [246, 161, 160, 159, 158, 157, 173], lower: [7, 163, 144, 145, 153, 154, 155], crease: [247, 30, 29, 27, 28, 56, 190],
        fold: [113, 225, 224, 223, 222, 221, 189])
    private static let rightLid = Lid(
        upper: leftLid.upper.map { MeshTopology.mirrored[$0] }, lower: leftLid.lower.map { MeshTopology.mirrored[$0] },
        crease: leftLid.crease.map { MeshTopology.mirrored[$0] }, fold: leftLid.fold.map { MeshTopology.mirrored[$0] })
    /// How far the folds follow an upper lid.
    private static let (crease, fold): (Float, Float) = (0.6, 0.2)
    private static let browPoints = [70, 63, 105, 66, 107, 46, 53, 52, 65, 55].flatMap { [$0, MeshTopology.mirrored[$0]] }
    /// How far around a brow its skin follows, in distances of the eyes' outer corners.
    private static let browReach: Float = 0.13
    /// How far behind the face the head's axis is, in breadths of the face.
    private static let axis: Float = 0.35
    /// How far around the face hair and neck follow it, in breadths of the face.
    private static let reach: Float = 0.9

    /// The landmarks of the frame, x, y and depth; −1 and 1 are its edges.
    let points: [SIMD3<Float>]

    package init(points: [SIMD3<Float>]) { self.points = points }

    /// How far the mesh is turned and nodded at most: farther, it hides too much of itself.
    private static let (farthestTurn, farthestNod): (Float, Float) = (0.4, 0.35)

    /// The turn as far as this face can be turned.
    package func limited(_ turn: FaceTurn) -> FaceTurn {
        let own = FaceMeasures(points)
        func kept(_ change: Float, _ now: Float, _ most: Float) -> Float {
            min(max(change, min(0, -most - now)), max(0, most - now))
        }
        var result = turn
        result.yaw = kept(turn.yaw, own.yaw, Self.farthestTurn)
        result.pitch = kept(turn.pitch, own.pitch, Self.farthestNod)
        return result
    }

    /// The landmarks after the head is turned, as far as it moves as one piece.
    private func rigid(_ turn: FaceTurn) -> [SIMD3<Float>] {
        let axes = FaceMeasures.axes(points)
        let pivot = FaceMeasures.middle(points) + axes.z * (Self.axis * FaceMeasures.width(points))
        let (yaw, pitch) = (sineAndCosine(turn.yaw), sineAndCosine(turn.pitch))
        return points.map { point in
            let line = point - pivot
            let own = SIMD3((line * axes.x).sum(), (line * axes.y).sum(), (line * axes.z).sum())
            // The face is in front of the axis, at negative depth: a turn to the right takes it to the right.
            let turned = SIMD3(own.x * yaw.cosine - own.z * yaw.sine, own.y, own.z * yaw.cosine + own.x * yaw.sine)
            let nodded = SIMD3(
                turned.x, turned.y * pitch.cosine + turned.z * pitch.sine, turned.z * pitch.cosine - turned.y * pitch.sine)
            return pivot + axes.x * nodded.x + axes.y * nodded.y + axes.z * nodded.z
        }
    }

    /// The landmarks after lids, brows and head have moved.
    package func moved(_ turn: FaceTurn) -> [SIMD3<Float>] {
        var points = points
        let eyes = (points[MeshTopology.rightEyeCorners.outer] - points[MeshTopology.leftEyeCorners.outer]).length
        if turn.brows != 0 {
            let up = -FaceMeasures.axes(points).y * (turn.brows * eyes), spread = Self.browReach * eyes
            let brows = Self.browPoints.map { points[$0] }
            for index in points.indices {
                let nearest = brows.map { ($0 - points[index]).length }.min()!
                let share = Float(exp(-Double(nearest * nearest / (spread * spread))))
                points[index] += up * share
            }
        }
        for (lid, blink) in [(Self.leftLid, turn.leftBlink), (Self.rightLid, turn.rightBlink)] where blink != 0 {
            for (place, upper) in lid.upper.enumerated() {
                let way = (points[lid.lower[place]] - points[upper]) * blink
                points[upper] += way
                points[lid.crease[place]] += way * Self.crease
                points[lid.fold[place]] += way * Self.fold
            }
        }
        return TurnedFace(points: points).rigid(turn)
    }

    /// Makes the picture of the turned face.
    ///
    /// - Parameters:
    ///   - frame: `size * size * 3` bytes, RGB, top row first.
    ///   - map: from positions in the picture to positions in the frame, where nothing is turned.
    ///   - pictured: `moved(turn)` in the picture.
    ///   - result: gets (3, size, size) values in [−1, 1], RGB.
    func render(
        _ frame: UnsafePointer<UInt8>, size: Int, turn: FaceTurn, map: PictureMap, isMirrored: Bool, pictured: [SIMD3<Float>],
        triangles: [FaceLandmarks.Triangle], color: ColorChange, into result: UnsafeMutablePointer<Float>
    ) {
        let from = points.map { SIMD2($0.x, $0.y) }
        var flow = FaceFlow(size: size, isMirrored: isMirrored)
        flow.add(triangles, source: from, driving: pictured)
        let known = flow.known
        let around = Surroundings(
            from: from, to: rigid(turn).map { SIMD2($0.x, $0.y) }, reach: Self.reach * FaceMeasures.width(points))
        let plane = size * size
        for pixel in 0..<plane {
            let place: SIMD2<Float>
            if known.validity[pixel] > 0 {
                place = SIMD2(known.coordinates[2 * pixel], known.coordinates[2 * pixel + 1])
            } else {
                let x = Double(2 * (pixel % size) + 1) / Double(size) - 1, y = Double(2 * (pixel / size) + 1) / Double(size) - 1
                let inFrame = map(x, y)
                place = around.origin(of: SIMD2(Float(inFrame.x), Float(inFrame.y)))
            }
            let value = color(FrameSampling.pixel(frame, size: size, place))
            for channel in 0..<3 { result[channel * plane + pixel] = value[channel] }
        }
    }

    /// What moves with the outlines of a face and of its eyes: hair, ears and neck, the less the farther they are, and eyeballs.
    private struct Surroundings {
        /// Places of the outlines after the turn, and how far they have come.
        private let outline: [(place: SIMD2<Float>, way: SIMD2<Float>)]
        private let reach: Float

        init(from: [SIMD2<Float>], to: [SIMD2<Float>], reach: Float) {
            outline = (MeshTopology.oval + MeshTopology.leftEyeLine + MeshTopology.rightEyeLine).map { (to[$0], to[$0] - from[$0]) }
            self.reach = reach
        }

        /// Where in the frame stands what the turned picture of it shows at a place.
        func origin(of place: SIMD2<Float>) -> SIMD2<Float> {
            var sum = SIMD2<Float>(), weights: Float = 0, nearest = Float.infinity
            for point in outline {
                let line = place - point.place, squared = max((line * line).sum(), 1e-6)
                let weight = 1 / (squared * squared)
                sum += point.way * weight
                weights += weight
                nearest = min(nearest, squared)
            }
            return place - sum / weights * Float(exp(-Double(nearest / (reach * reach))))
        }
    }
}

extension SIMD3<Float> {
    fileprivate var length: Float { (self * self).sum().squareRoot() }
}
