import Foundation
import Tensors

/// What can be moved of a key point.
struct FirstOrderControl: Equatable {
    enum Part: String, CaseIterable {
        /// Its place, in halves of the picture's side, to the right and down.
        case x, y
        /// How much larger its surroundings become: 1 doubles them.
        case spread
        /// How far they are turned clockwise, in degrees.
        case turn
    }

    /// From 0.
    let point: Int
    let part: Part
    /// From 1.
    let number: Int

    /// Those of every key point, in their order.
    static func all(points: Int, hasJacobians: Bool) -> [FirstOrderControl] {
        let parts: [Part] = hasJacobians ? Part.allCases : [.x, .y]
        return (0..<points * parts.count).map {
            FirstOrderControl(point: $0 / parts.count, part: parts[$0 % parts.count], number: $0 + 1)
        }
    }

    var control: Control {
        let range: ClosedRange<Float> =
            switch part {
            case .x, .y: -0.3...0.3
            case .spread: -1...1
            case .turn: -45...45
            }
        return Control(number: number, name: "kp\(point + 1).\(part.rawValue)", range: range, group: "Key point \(point + 1)")
    }

    /// The motion with an amount of this added.
    func add(_ amount: Float, to motion: inout PointMotion) {
        switch part {
        case .x: motion.points[point].place.x += amount
        case .y: motion.points[point].place.y += amount
        case .spread, .turn:
            let change = part == .spread ? PlaneMap(turn: 0, factor: exp2(amount)) : PlaneMap(turn: amount * .pi / 180, factor: 1)
            motion.points[point].jacobian = motion.points[point].jacobian.map { change * $0 }
        }
    }

    /// The target along some controls alone, by number; along the others the portrait's own motion.
    static func limited(_ target: PointMotion, to numbers: Set<Int>, own: PointMotion) -> PointMotion {
        let hasJacobians = own.points.contains { $0.jacobian != nil }
        let taken = all(points: own.points.count, hasJacobians: hasJacobians).filter { numbers.contains($0.number) }
        var result = own
        for index in own.points.indices {
            let parts = Set(taken.filter { $0.point == index }.map(\.part)), end = target.points[index]
            if parts.contains(.x) { result.points[index].place.x = end.place.x }
            if parts.contains(.y) { result.points[index].place.y = end.place.y }
            guard let start = own.points[index].jacobian, let map = end.jacobian else { continue }
            switch (parts.contains(.spread), parts.contains(.turn)) {
            case (true, true): result.points[index].jacobian = map
            case (true, false): result.points[index].jacobian = PlaneMap(turn: 0, factor: (map * start.inverse).factor) * start
            case (false, true): result.points[index].jacobian = PlaneMap(turn: (map * start.inverse).turn, factor: 1) * start
            case (false, false): break
            }
        }
        return result
    }
}
