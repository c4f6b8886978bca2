import Foundation
import Media
import Tensors

/// Pictures of flow fields: direction as hue, length as saturation.
public enum FlowFigure {
    /// The bare colors of a flow field.
    ///
    /// - Parameters:
    ///   - flow: (1, 2, H, W), x before y, in units of half the picture.
    ///   - full: the length, in the same units, that has the full color; by default a quarter of the picture.
    /// - Returns: W×H; white where nothing flows.
    public static func colors(_ flow: Tensor, full: Float = 0.5) -> Picture {
        precondition(flow.shape.count == 4 && flow.shape[0] == 1 && flow.shape[1] == 2, "\(flow.shape) is no flow field")
        let size = flow.shape[2] * flow.shape[3]
        let values = flow.values
        return Picture(width: flow.shape[3], height: flow.shape[2]) { pixels in
            for p in 0..<size {
                let ink = color(values[p], values[size + p], full: full)
                (pixels[3 * p], pixels[3 * p + 1], pixels[3 * p + 2]) = (ink.red, ink.green, ink.blue)
            }
        }
    }

    /// The color of one vector: red to the right, violet down, cyan to the left, and a yellowish green up.
    static func color(_ x: Float, _ y: Float, full: Float) -> Ink {
        let saturation = min(1, (x * x + y * y).squareRoot() / full)
        let hue = (atan2(y, x) / (2 * .pi) + 1) * 6
        func channel(_ number: Float) -> UInt8 {
            let place = (hue + number * 2).truncatingRemainder(dividingBy: 6)
            let ramp = min(max(abs(place - 3) - 1, 0), 1)
            let value = 1 - saturation * (1 - ramp)
            return value > 0 ? UInt8(255 * min(value, 1)) : 0
        }
        return Ink(channel(0), channel(1), channel(2))
    }

    /// A figure: the field's colors, arrows to scale, and a legend with the color wheel.
    ///
    /// - Parameters:
    ///   - flow: (1, 2, H, W), x before y, in units of half the picture.
    ///   - side: of the field in the figure, in pixels.
    ///   - caption: the legend's first lines.
    public static func figure(_ flow: Tensor, side: Int, caption: [String]) -> Picture {
        let (height, width) = (flow.shape[2], flow.shape[3])
        let values = flow.values
        let lengths = zip(values.prefix(height * width), values.suffix(height * width)).map { ($0 * $0 + $1 * $1).squareRoot() }
        // A few stray vectors do not decide the scale; what does not flow at all is white, not noise.
        let full = max(lengths.filter(\.isFinite).sorted().dropLast(height * width / 100).last ?? 0, 1e-3)
        let legend = FigureLegend(side: side)
        var canvas = Canvas(width: side + legend.width, height: side)
        canvas.draw(colors(flow, full: full).resized(width: side, height: side), x: 0, y: 0)
        let step = max(8, side / 16)
        for y in stride(from: step / 2, to: side, by: step) {
            for x in stride(from: step / 2, to: side, by: step) {
                let p = (y * height / side) * width + x * width / side
                let (dx, dy) = (values[p] * Float(side) / 2, values[height * width + p] * Float(side) / 2)
                guard dx * dx + dy * dy > 2 else { continue }
                canvas.arrow(from: (Float(x), Float(y)), to: (Float(x) + dx, Float(y) + dy), .black)
            }
        }
        let radius = 28
        let wheel = wheel(radius: radius)
        let top = legend.write(caption, on: &canvas)
        canvas.draw(wheel, x: legend.left, y: top)
        for (dx, dy) in [(1, 0), (0, 1), (-1, 0), (0, -1)] as [(Float, Float)] {
            let middle = (x: Float(legend.left + radius), y: Float(top + radius))
            let reach = Float(radius) - 4
            canvas.arrow(from: middle, to: (middle.x + reach * dx, middle.y + reach * dy), .black)
        }
        _ = legend.write(
            ["full color:", String(format: "%.1f%% of side", full * 50)], on: &canvas, from: top + 2 * radius + 10)
        return canvas.picture
    }

    /// The color of every direction, paler towards the middle, on white.
    static func wheel(radius: Int) -> Picture {
        let side = 2 * radius + 1
        return Picture(width: side, height: side) { pixels in
            for p in 0..<side * side {
                let (x, y) = (Float(p % side - radius) / Float(radius), Float(p / side - radius) / Float(radius))
                let ink = x * x + y * y <= 1 ? color(x, y, full: 1) : .white
                (pixels[3 * p], pixels[3 * p + 1], pixels[3 * p + 2]) = (ink.red, ink.green, ink.blue)
            }
        }
    }
}
