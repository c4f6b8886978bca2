import Foundation
import Media
import Tensors

/// Pictures of how much something is, place by place: black, violet, orange, pale yellow.
public enum HeatFigure {
    private static let inks = [
        Ink(0, 0, 8), Ink(70, 12, 92), Ink(165, 40, 96), Ink(232, 97, 44), Ink(250, 176, 40), Ink(252, 255, 200),
    ]

    /// The color of a value from 0 to 1.
    static func color(_ value: Float) -> Ink {
        let place = (value > 0 ? min(value, 1) : 0) * Float(inks.count - 1)
        let index = min(Int(place), inks.count - 2)
        return inks[index].mixed(with: inks[index + 1], place - Float(index))
    }

    /// A figure: the values over the picture that they belong to, in grey, and a legend.
    ///
    /// - Parameters:
    ///   - values: (1, 1, H, W), not negative.
    ///   - picture: what lies below, of any size.
    ///   - side: of the map in the figure, in pixels.
    ///   - caption: the legend's first lines.
    ///   - unit: what the legend says of the largest value.
    public static func figure(_ values: Tensor, over picture: Picture, side: Int, caption: [String], unit: String) -> Picture {
        precondition(values.shape.count == 4 && values.shape[0] == 1 && values.shape[1] == 1, "\(values.shape) is no map")
        let (height, width) = (values.shape[2], values.shape[3])
        let numbers = values.values
        let largest = numbers.filter(\.isFinite).max() ?? 0
        let below = picture.resized(width: width, height: height).pixels
        let map = Picture(width: width, height: height) { pixels in
            for p in 0..<width * height {
                let grey = 0.30 * Float(below[3 * p]) + 0.59 * Float(below[3 * p + 1]) + 0.11 * Float(below[3 * p + 2])
                let level = UInt8(0.55 * grey)
                let value = largest > 0 ? numbers[p] / largest : 0
                // What is small stays a dim picture, so that one sees where the face is.
                let ink = Ink(level, level, level).mixed(with: color(value), max(0, value).squareRoot())
                (pixels[3 * p], pixels[3 * p + 1], pixels[3 * p + 2]) = (ink.red, ink.green, ink.blue)
            }
        }
        let legend = FigureLegend(side: side)
        var canvas = Canvas(width: side + legend.width, height: side)
        canvas.draw(map.resized(width: side, height: side), x: 0, y: 0)
        let top = legend.write(caption, on: &canvas)
        let length = max(20, min(100, side - top - 20))
        for y in 0..<length {
            canvas.fill(x: legend.left, y: top + y, width: 14, height: 1, color(1 - Float(y) / Float(length - 1)))
        }
        canvas.frame(x: legend.left - 1, y: top - 1, width: 16, height: length + 2, .grey)
        canvas.write(String(format: "%.3g", largest), x: legend.left + 20, y: top)
        canvas.write(FigureLegend.fitted(unit, width: legend.width - 34), x: legend.left + 20, y: top + 12)
        canvas.write("0", x: legend.left + 20, y: top + length - 7)
        return canvas.picture
    }
}
