import Foundation

/// The rotation of a head, (Rz(roll)·Ry(yaw)·Rx(pitch))ᵀ: points are rows, and a turned point is p·R.
struct HeadRotation: Equatable, Sendable {
    /// Nine values, row by row.
    var values: [Float]

    static let none = HeadRotation(values: [1, 0, 0, 0, 1, 0, 0, 0, 1])

    init(values: [Float]) {
        precondition(values.count == 9, "\(values.count) values of a rotation")
        self.values = values
    }

    /// Of angles in degrees.
    init(pitch: Float, yaw: Float, roll: Float) {
        let (p, y, r) = (Double(pitch) * .pi / 180, Double(yaw) * .pi / 180, Double(roll) * .pi / 180)
        let (cp, sp, cy, sy, cr, sr) = (cos(p), sin(p), cos(y), sin(y), cos(r), sin(r))
        let transposed = [
            cr * cy, sr * cy, -sy,
            cr * sy * sp - sr * cp, sr * sy * sp + cr * cp, cy * sp,
            cr * sy * cp + sr * sp, sr * sy * cp - cr * sp, cy * cp,
        ]
        values = transposed.map { Float($0) }
    }

    /// In degrees; a turn is between −90 and 90.
    var degrees: (pitch: Float, yaw: Float, roll: Float) {
        func angle(_ y: Float, _ x: Float) -> Float { atan2(y, x) * 180 / .pi }
        return (angle(values[5], values[8]), asin(max(-1, min(1, -values[2]))) * 180 / .pi, angle(values[1], values[0]))
    }

    var transposed: HeadRotation { HeadRotation(values: [0, 3, 6, 1, 4, 7, 2, 5, 8].map { values[$0] }) }

    /// The matrix product.
    static func * (a: HeadRotation, b: HeadRotation) -> HeadRotation {
        var product = [Float](repeating: 0, count: 9)
        for row in 0..<3 {
            for column in 0..<3 {
                for index in 0..<3 { product[3 * row + column] += a.values[3 * row + index] * b.values[3 * index + column] }
            }
        }
        return HeadRotation(values: product)
    }
}
