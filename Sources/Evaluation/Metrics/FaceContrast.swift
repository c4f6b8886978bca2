import Faces
import Media
import Operators

/// How sharp a picture of a face is beside the true one: a face that is blurred has less local contrast.
package enum FaceContrast {
    /// The mean standard deviation of brightness (the mean of red, green and blue) under `GaussianWindow` inside the true face's
    /// outline, as part of the true picture's: 1 for the same picture, 0 for one color.
    ///
    /// - Parameter face: the true picture's, in its pixels.
    /// - Returns: nil where the picture is smaller than the window, where the window lies wholly inside of the picture nowhere in the
    ///   outline, or where the true face is of one color.
    /// - Precondition: both are of one size.
    package static func between(_ found: Picture, truth: Picture, face: Face) -> Double? {
        precondition(found.width == truth.width && found.height == truth.height)
        guard min(truth.width, truth.height) >= GaussianWindow.side else { return nil }
        let outline = MeshTopology.oval.map(face.point)
        let columns = truth.width - GaussianWindow.side + 1, rows = truth.height - GaussianWindow.side + 1
        let margin = Float(GaussianWindow.side / 2) + 0.5
        var inside: [Int] = []
        for row in 0..<rows {
            let crossings = Self.crossings(of: outline, y: Float(row) + margin)
            for column in 0..<columns where crossings.count(where: { $0 < Float(column) + margin }) % 2 == 1 {
                inside.append(row * columns + column)
            }
        }
        let own = contrast(found, inside), known = contrast(truth, inside)
        return known > 0 ? own / known : nil
    }

    /// Where a polygon's sides cross a horizontal line.
    private static func crossings(of outline: [SIMD2<Float>], y: Float) -> [Float] {
        zip(outline, outline.dropFirst() + outline.prefix(1)).compactMap { from, to in
            (from.y < y) == (to.y < y) ? nil : from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x)
        }
    }

    /// The sum of standard deviations at some of the window's places.
    private static func contrast(_ picture: Picture, _ places: [Int]) -> Double {
        let brightness = (0..<picture.width * picture.height).map { pixel in
            (0..<3).reduce(0) { $0 + Double(picture.pixels[3 * pixel + $1]) } / (3 * 255)
        }
        func means(_ values: [Double]) -> [Double] { GaussianWindow.means(values, width: picture.width, height: picture.height) }
        let mean = means(brightness), square = means(brightness.map { $0 * $0 })
        // What rounding leaves of one color counts as none.
        return places.reduce(0) { sum, place in
            let variance = square[place] - mean[place] * mean[place]
            return sum + (variance > 1e-12 ? variance.squareRoot() : 0)
        }
    }
}
