import Operators
import Tensors

/// How the pixels of a frame's known flow share its weight: some of it alike, some by how far their content moves, and some by how far it
/// moves otherwise than the head: lids, lips and brows are few pixels, and each of them moves by little.
package struct FlowShares {
    /// The terms of a polynomial of degree two, (1, x, y, x², x·y, y²), and two zeros.
    private typealias Terms = SIMD8<Double>

    /// Each pixel's share; the mean over the pixels that are seen is 1.
    package let values: [Float]

    /// - Parameters:
    ///   - grid: (1, N, N, 2), where each pixel's content stands in the source, as `KnownMotion` gives it.
    ///   - weight: (N, N), 0 where it is not known; not 0 everywhere.
    ///   - moving: the fraction of the weight that goes by how far pixels move.
    ///   - expressive: the fraction that goes by how far they move otherwise than the head: than the polynomial of degree two in their
    ///     places that is nearest to all of them, which shifts, grows, and turns in the plane and in depth.
    package init(_ grid: Tensor, weight: Tensor, moving: Float, expressive: Float) {
        let seen = (0..<weight.count).filter { weight.pointer[$0] > 0 }
        var shares = [Float](repeating: 1, count: weight.count)
        if moving > 0 { Self.add(moving, Self.ways(grid, seen), seen, to: &shares) }
        if expressive > 0 { Self.add(expressive, Self.residuals(grid, seen), seen, to: &shares) }
        values = shares
        keepAlive(grid, weight)
    }

    /// Lets a fraction of the weight go by `ways`, unless nearly nothing moves.
    private static func add(_ fraction: Float, _ ways: [Float], _ seen: [Int], to shares: inout [Float]) {
        let mean = ways.reduce(0, +) / Float(seen.count)
        guard mean > 1e-4 else { return }
        for (p, way) in zip(seen, ways) { shares[p] += fraction * (way / mean - 1) }
    }

    /// How far from its place in the driving picture each pixel's content stands in the source: |Δx| + |Δy|, in halves of the picture.
    private static func ways(_ grid: Tensor, _ seen: [Int]) -> [Float] {
        seen.map { p in
            let terms = terms(p, grid.shape[1])
            return abs(grid.pointer[2 * p] - Float(terms[1])) + abs(grid.pointer[2 * p + 1] - Float(terms[2]))
        }
    }

    /// How far from where the head's own motion would have it.
    private static func residuals(_ grid: Tensor, _ seen: [Int]) -> [Float] {
        var gram = [Terms](repeating: .zero, count: 6), sides = [Terms](repeating: .zero, count: 2)
        for p in seen {
            let terms = terms(p, grid.shape[1])
            for row in 0..<6 { gram[row] += terms * terms[row] }
            for axis in 0..<2 { sides[axis] += terms * Double(grid.pointer[2 * p + axis]) }
        }
        // Few pixels do not tell all terms.
        for term in 0..<6 { gram[term][term] += 1e-7 * Double(seen.count) }
        func six(_ terms: Terms) -> [Double] { (0..<6).map { terms[$0] } }
        let head = SquareSystem.solve(gram.map(six), sides.map(six)).map { Terms($0 + [0, 0]) }
        return seen.map { p in
            let terms = terms(p, grid.shape[1])
            return (0..<2).reduce(0) { $0 + abs(grid.pointer[2 * p + $1] - Float((terms * head[$1]).sum())) }
        }
    }

    private static func terms(_ pixel: Int, _ side: Int) -> Terms {
        func center(_ index: Int) -> Double { Double(2 * index + 1) / Double(side) - 1 }
        let (x, y) = (center(pixel % side), center(pixel / side))
        return [1, x, y, x * x, x * y, y * y, 0, 0]
    }
}
