/// How a convolution's results read its operand: by taps, each an offset from the result's own place.
///
/// An operand that is read with a step, as by a stride of 2, is first divided into step² phases by its rows and columns modulo the step; a
/// result with more rows than the operand comes in several grids, divided likewise. On each grid, a tap is one offset.
struct TapPlan {
    struct Tap {
        /// The place in the kernel, k·row + column.
        let place: Int
        /// The phase of the operand that it reads, step·(row mod step) + column mod step.
        let phase: Int
        /// The offset from the result's place, in rows and columns of the phase.
        let row, column: Int
    }

    struct Grid {
        let rows, columns: Int
        let taps: [Tap]
    }

    /// The step with which the operand is read.
    let step: Int
    let grids: [Grid]
    /// The rows and columns, from the result's place, that the taps of all grids read.
    let reachedRows, reachedColumns: ClosedRange<Int>
    /// The phases that taps read.
    let phases: [Int]

    private init(step: Int, grids: [Grid]) {
        self.step = step
        self.grids = grids
        let taps = grids.flatMap(\.taps)
        reachedRows = taps.map(\.row).min()!...taps.map(\.row).max()!
        reachedColumns = taps.map(\.column).min()!...taps.map(\.column).max()!
        phases = Set(taps.map(\.phase)).sorted()
    }

    var rows: Int { grids.map(\.rows).max()! }
    var columns: Int { grids.map(\.columns).max()! }
    var placesOfGrids: [[Int]] { grids.map { $0.taps.map(\.place) } }

    /// y[r, q] = Σ w[a, b]·x[stride·r + a − padding, stride·q + b − padding].
    ///
    /// - Parameter places: the places in the kernel, k·row + column, that are summed.
    static func convolution(kernel: Int, places: [Int], stride: Int, padding: Int, rows: Int, columns: Int) -> TapPlan {
        let taps = places.map { place in
            let i = floorDivision(place / kernel - padding, stride), j = floorDivision(place % kernel - padding, stride)
            return Tap(place: place, phase: i.remainder * stride + j.remainder, row: i.quotient, column: j.quotient)
        }
        return TapPlan(step: stride, grids: [Grid(rows: rows, columns: columns, taps: taps)])
    }

    /// The transpose of `convolution`: x[i, j] = Σ w[a, b]·y[(i + padding − a)/stride, (j + padding − b)/stride] where these are whole,
    /// in stride² grids: x[stride·r + e, stride·q + f] is in grid stride·e + f.
    static func transpose(kernel: Int, stride: Int, padding: Int, rows: Int, columns: Int) -> TapPlan {
        var grids: [Grid] = []
        for e in 0..<stride {
            for f in 0..<stride {
                var taps: [Tap] = []
                for a in 0..<kernel where (e + padding - a) % stride == 0 {
                    for b in 0..<kernel where (f + padding - b) % stride == 0 {
                        taps.append(
                            Tap(
                                place: a * kernel + b, phase: 0, row: (e + padding - a) / stride,
                                column: (f + padding - b) / stride))
                    }
                }
                grids.append(
                    Grid(
                        rows: (rows - e + stride - 1) / stride, columns: (columns - f + stride - 1) / stride, taps: taps))
            }
        }
        return TapPlan(step: 1, grids: grids)
    }

    /// The products of each tap by itself, a grid for each.
    static func products(kernel: Int, rows: Int, columns: Int) -> TapPlan {
        TapPlan(
            step: 1,
            grids: (0..<kernel * kernel).map {
                Grid(rows: rows, columns: columns, taps: [Tap(place: $0, phase: 0, row: 0, column: 0)])
            })
    }

    private static func floorDivision(_ value: Int, _ by: Int) -> (quotient: Int, remainder: Int) {
        let quotient = value >= 0 ? value / by : -((-value + by - 1) / by)
        return (quotient, value - quotient * by)
    }
}
