import Foundation
import Tensors

/// The rotation of a head, (Rz(roll)·Ry(yaw)·Rx(pitch))ᵀ: points are rows, and a turned point is p·R.
package struct HeadRotation: Equatable, Sendable {
    /// Nine values, row by row.
    package var values: [Float]

    package static let none = HeadRotation(values: [1, 0, 0, 0, 1, 0, 0, 0, 1])

    package init(values: [Float]) {
        precondition(values.count == 9, "\(values.count) values of a rotation")
        self.values = values
    }

    /// Of angles in degrees.
    package init(pitch: Float, yaw: Float, roll: Float) {
        let matrix = HeadPose.rotation(pitch: Tensor([pitch], [1, 1]), yaw: Tensor([yaw], [1, 1]), roll: Tensor([roll], [1, 1]))
        self.init(values: matrix.values)
    }

    /// In degrees; a turn is between −90 and 90.
    package var degrees: (pitch: Float, yaw: Float, roll: Float) {
        func angle(_ y: Float, _ x: Float) -> Float { atan2(y, x) * 180 / .pi }
        return (angle(values[5], values[8]), asin(max(-1, min(1, -values[2]))) * 180 / .pi, angle(values[1], values[0]))
    }

    package var transposed: HeadRotation { HeadRotation(values: [0, 3, 6, 1, 4, 7, 2, 5, 8].map { values[$0] }) }

    /// The matrix product.
    package static func * (a: HeadRotation, b: HeadRotation) -> HeadRotation {
        var product = [Float](repeating: 0, count: 9)
        for row in 0..<3 {
            for column in 0..<3 {
                for index in 0..<3 { product[3 * row + column] += a.values[3 * row + index] * b.values[3 * index + column] }
            }
        }
        return HeadRotation(values: product)
    }
}
