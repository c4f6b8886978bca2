import Puppets
import Tensors

extension PuppetFlow {
    /// Smaller maps are means over a map of so many pixels on a side, on which lids and lips are still told apart.
    static let smallest = 32

    /// The flow as `KnownMotion` gives it, of as many pixels or of fewer, whose number divides the flow's: the means over the valid pixels
    /// of each. What opened is told at full size only.
    func grid(size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        let factor = self.size / size
        guard factor > 1 else {
            return (Tensor(coordinates, [1, size, size, 2]), Tensor(validity, [size, size]), Tensor(opened, [size, size]))
        }
        let grid = Tensor(zeros: [1, size, size, 2]), weight = Tensor(zeros: [size, size])
        for row in 0..<size {
            for column in 0..<size {
                var (x, y, seen) = (Float(0), Float(0), Float(0))
                for p in 0..<factor * factor {
                    let pixel = (row * factor + p / factor) * self.size + column * factor + p % factor
                    x += coordinates[2 * pixel] * validity[pixel]
                    y += coordinates[2 * pixel + 1] * validity[pixel]
                    seen += validity[pixel]
                }
                // A pixel mostly unseen says nothing.
                guard 2 * seen > Float(factor * factor) else { continue }
                let place = row * size + column
                grid.mutablePointer[2 * place] = x / seen
                grid.mutablePointer[2 * place + 1] = y / seen
                weight.mutablePointer[place] = 1
            }
        }
        return (grid, weight, Tensor(zeros: [size, size]))
    }
}
