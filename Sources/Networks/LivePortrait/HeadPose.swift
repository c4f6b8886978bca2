import Foundation
import Tensors

/// How a head is turned.
public enum HeadPose {
    /// Degrees from what an angle's head says of its intervals of 3°: the mean of their number under softmax, times 3, less 97.5.
    ///
    /// - Parameter logits: (N, bins).
    /// - Returns: (N, 1).
    public static func degrees(_ logits: Tensor) -> Tensor {
        let (samples, bins) = (logits.shape[0], logits.shape[1]), values = logits.values
        let angles = (0..<samples).map { sample -> Float in
            let own = values[sample * bins..<(sample + 1) * bins].map(Double.init), largest = own.max()!
            let parts = own.map { exp($0 - largest) }
            let mean = parts.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / parts.reduce(0, +)
            return Float(mean * 3 - 97.5)
        }
        return Tensor(angles, [samples, 1])
    }

    /// (Rz(roll)·Ry(yaw)·Rx(pitch))ᵀ, with the usual right-handed matrices of angles in degrees; points are rows, turned by point·R.
    ///
    /// - Parameters:
    ///   - pitch, yaw, roll: (N, 1), in degrees.
    /// - Returns: (N, 3, 3).
    public static func rotation(pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor {
        precondition(pitch.count == yaw.count && yaw.count == roll.count, "\(pitch.shape), \(yaw.shape) and \(roll.shape)")
        let angles = zip(pitch.values, zip(yaw.values, roll.values))
        let matrices = angles.flatMap { pitch, others -> [Float] in
            let (x, y, z) = (Double(pitch) * .pi / 180, Double(others.0) * .pi / 180, Double(others.1) * .pi / 180)
            let matrix: [Double] = [
                cos(y) * cos(z), cos(y) * sin(z), -sin(y),
                sin(x) * sin(y) * cos(z) - cos(x) * sin(z), sin(x) * sin(y) * sin(z) + cos(x) * cos(z), sin(x) * cos(y),
                cos(x) * sin(y) * cos(z) + sin(x) * sin(z), cos(x) * sin(y) * sin(z) - sin(x) * cos(z), cos(x) * cos(y),
            ]
            return matrix.map { Float($0) }
        }
        return Tensor(matrices, [pitch.count, 3, 3])
    }
}
