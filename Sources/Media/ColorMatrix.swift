/// A 3×3 matrix on linear colors, row by row.
struct ColorMatrix {
    let rows: [Double]

    init(rows: [Double]) { self.rows = rows }

    /// From linear red, green and blue to CIE XYZ, with Y = 1 for white.
    ///
    /// - Parameter chromaticities: x and y of red, green, blue and white.
    init(toXYZ chromaticities: [(x: Double, y: Double)]) {
        let columns = chromaticities.prefix(3).map { [$0.x / $0.y, 1, (1 - $0.x - $0.y) / $0.y] }
        let plain = ColorMatrix(rows: (0..<9).map { columns[$0 % 3][$0 / 3] })
        let weights = plain.inverse.applied(to: Self.white(chromaticities[3]))
        rows = (0..<9).map { plain.rows[$0] * weights[$0 % 3] }
    }

    private static func white(_ point: (x: Double, y: Double)) -> [Double] { [point.x / point.y, 1, (1 - point.x - point.y) / point.y] }

    /// Bradford's adaptation of XYZ from one white to another.
    static func adaptation(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> ColorMatrix {
        let cones = ColorMatrix(rows: [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296])
        let before = cones.applied(to: white(from)), after = cones.applied(to: white(to))
        let scaling = ColorMatrix(rows: [after[0] / before[0], 0, 0, 0, after[1] / before[1], 0, 0, 0, after[2] / before[2]])
        return cones.inverse * scaling * cones
    }

    func applied(to vector: [Double]) -> [Double] {
        (0..<3).map { rows[3 * $0] * vector[0] + rows[3 * $0 + 1] * vector[1] + rows[3 * $0 + 2] * vector[2] }
    }

    static func * (left: ColorMatrix, right: ColorMatrix) -> ColorMatrix {
        var product = [Double](repeating: 0, count: 9)
        for row in 0..<3 {
            for column in 0..<3 {
                for k in 0..<3 { product[3 * row + column] += left.rows[3 * row + k] * right.rows[3 * k + column] }
            }
        }
        return ColorMatrix(rows: product)
    }

    var inverse: ColorMatrix {
        let m = rows
        func minor(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double { m[a] * m[b] - m[c] * m[d] }
        let adjugate = [
            minor(4, 8, 5, 7), minor(2, 7, 1, 8), minor(1, 5, 2, 4), minor(5, 6, 3, 8), minor(0, 8, 2, 6), minor(2, 3, 0, 5),
            minor(3, 7, 4, 6), minor(1, 6, 0, 7), minor(0, 4, 1, 3),
        ]
        let determinant = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6]
        return ColorMatrix(rows: adjugate.map { $0 / determinant })
    }
}
