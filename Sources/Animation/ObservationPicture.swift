import Figures
import Media
import Networks
import Tensors

/// Draws what a network shows of its work.
package enum ObservationPicture {
    /// - Parameters:
    ///   - observation: what a view of this kind shows.
    ///   - fullFlow: the length of flow, in units of half the picture's side, that has the full color.
    /// - Returns: of the observation's size.
    package static func picture(_ observation: Observation, _ kind: View.Kind, fullFlow: Float = 0.5) -> Picture {
        switch kind {
        case .flow: return FlowFigure.colors(observation.values, full: fullFlow)
        case .mask: return grey(observation.values)
        case .features: return features(observation.values, source: observation.origin ?? observation.values)
        case .picture, .drawing: return Picture(observation.values)
        }
    }

    /// The length that shall have the full color, one of three, so that small motion is seen and noise is not.
    ///
    /// - Parameter flows: each (1, 2, H, W), in units of half the picture's side.
    package static func fullFlow(_ flows: [Tensor]) -> Float {
        var longest: Float = 0
        for flow in flows {
            let values = flow.values, size = values.count / 2
            for p in 0..<size { longest = max(longest, values[p] * values[p] + values[size + p] * values[size + p]) }
        }
        longest = longest.squareRoot()
        return longest > 0.25 ? 0.5 : longest > 0.06 ? 0.2 : 0.05
    }

    private static func grey(_ map: Tensor) -> Picture {
        let values = map.values
        return Picture(width: map.shape[3], height: map.shape[2]) { pixels in
            for p in 0..<map.shape[2] * map.shape[3] {
                let level = level(values[p])
                for channel in 0..<3 { pixels[3 * p + channel] = level }
            }
        }
    }

    /// Three bands of channels as red, green and blue: each the mean strength of its channels, full where the source's own is
    /// strongest, so that brightness means the same in every frame.
    private static func features(_ warped: Tensor, source: Tensor) -> Picture {
        let channels = warped.shape[1], size = warped.shape[2] * warped.shape[3]
        func bands(_ features: Tensor) -> [[Float]] {
            let values = features.values
            return (0..<3).map { band in
                let range = channels * band / 3..<max(channels * (band + 1) / 3, channels * band / 3 + 1)
                var sum = [Float](repeating: 0, count: size)
                for channel in range where channel < channels {
                    for p in 0..<size { sum[p] += abs(values[channel * size + p]) }
                }
                return sum
            }
        }
        let (shown, own) = (bands(warped), bands(source))
        let full = own.map { max($0.max() ?? 0, .leastNormalMagnitude) }
        return Picture(width: warped.shape[3], height: warped.shape[2]) { pixels in
            for p in 0..<size {
                // The root shows what is weak, too.
                for band in 0..<3 { pixels[3 * p + band] = level((shown[band][p] / full[band]).squareRoot()) }
            }
        }
    }

    /// A value from 0 to 1 as a level; what is no number is black.
    package static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(255 * min(value, 1)) : 0 }
}
