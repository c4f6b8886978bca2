import Foundation
import Media
import Tensors

/// A picture of a matrix: white for 0, dark blue for 1, red for −1.
public enum MatrixFigure {
    /// - Parameters:
    ///   - matrix: (rows, columns).
    ///   - cell: side of an entry, in pixels.
    ///   - caption: lines above it.
    /// - Returns: the matrix, rows and columns numbered from 1.
    public static func figure(_ matrix: Tensor, cell: Int = 16, caption: [String]) -> Picture {
        precondition(matrix.shape.count == 2 && matrix.count > 0, "\(matrix.shape) is no matrix")
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        let values = matrix.values
        let left = Canvas.width(of: "\(rows)") + 14
        let top = 10 + caption.count * (Canvas.lineHeight() + 2) + 16
        let widest = caption.map { Canvas.width(of: $0) }.max() ?? 0
        var canvas = Canvas(width: max(left + columns * cell + 10, widest + 20), height: top + rows * cell + 10)
        for (index, line) in caption.enumerated() { canvas.write(line, x: 10, y: 10 + index * (Canvas.lineHeight() + 2)) }
        for row in 0..<rows {
            canvas.write("\(row + 1)", x: left - 4, y: top + row * cell + (cell - 7) / 2, .grey, anchor: .right)
            for column in 0..<columns {
                let value = values[row * columns + column]
                let full = value < 0 ? Ink(170, 20, 30) : Ink(24, 44, 120)
                let ink = Ink.white.mixed(with: full, abs(value))
                canvas.fill(x: left + column * cell, y: top + row * cell, width: cell, height: cell, ink)
            }
        }
        for column in 0..<columns where cell >= 13 || column % 2 == 0 {
            canvas.write("\(column + 1)", x: left + column * cell + cell / 2, y: top - 11, .grey, anchor: .middle)
        }
        canvas.frame(x: left - 1, y: top - 1, width: columns * cell + 2, height: rows * cell + 2, .grey)
        return canvas.picture
    }
}
