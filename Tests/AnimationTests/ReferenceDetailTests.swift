import Animation
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// What is finer than a painted mouth, carried over from the reference.
@Suite struct ReferenceDetailTests {
    private let height = 24, width = 16, scale = 4
    private let whole: Tensor, read: Tensor

    init() {
        var random = RandomSource(seed: 5)
        whole = random.normal([1, 3, 96, 64], scale: 0.2)
        read = BilinearResizing.forward(whole, height: 24, width: 16)
    }

    /// A flow whose every pixel reads from so many pixels of the layout beside its own place.
    private func flow(_ columns: Float, _ rows: Float) -> Tensor {
        let size = height * width
        return Tensor(
            (0..<2 * size).map { index in
                let (isX, p) = (index < size, index % size), (place, count) = isX ? (p % width, width) : (p / width, height)
                let own = (2 * Float(place) + 1) / Float(count) - 1, even = 2 * Float(place) / Float(count - 1) - 1
                return own - even + 2 * (isX ? columns : rows) / Float(count)
            }, [1, 2, height, width])
    }

    private func added(_ picture: Tensor, _ flow: Tensor, mask: Float) -> Tensor {
        ReferenceDetail(whole: whole, read: read).added(
            to: MouthPainting(picture: picture, flow: flow, mask: Tensor(repeating: mask, [1, 1, height, width])), height: height * scale,
            width: width * scale)
    }

    /// A reference that is shown where it was is all there, and where nothing of it is shown nothing is added.
    @Test func aReferenceAtItsPlaceIsWhole() {
        #expect(Difference(added(read, flow(0, 0), mask: 1), whole).isWithin(1e-4))
        let painted = BilinearResizing.forward(read, height: 96, width: 64)
        #expect(Difference(added(read, flow(0, 0), mask: 0), painted).isWithin(1e-6))
        let half = Scaling.forward(Sum.forward(whole, painted), by: 0.5)
        #expect(Difference(added(read, flow(0, 0), mask: 0.5), half).isWithin(1e-4))
    }

    /// A reference that is shown three columns to the left and two rows further up is carried there, four pixels for each.
    @Test func whatIsFinerMovesWithTheReference() {
        let painted = Tensor(repeating: 0.5, read.shape), result = added(painted, flow(3, 2), mask: 1)
        let lacking = Sum.forward(whole, minus: BilinearResizing.forward(read, height: 96, width: 64))
        for channel in 0..<3 {
            for row in 0..<96 - 8 {
                for column in 0..<64 - 12 {
                    let wanted = 0.5 + lacking.values[(channel * 96 + row + 8) * 64 + column + 12]
                    #expect(abs(result.values[(channel * 96 + row) * 64 + column] - wanted) < 1e-3, "\(column), \(row)")
                }
            }
        }
    }

    /// Pictures that would not be enlarged, and networks that move no reference, stay as they are.
    @Test func nothingIsAddedWhereNothingIsFiner() {
        let detail = ReferenceDetail(whole: whole, read: read), painted = Tensor(repeating: 0.25, read.shape)
        let ones = Tensor(repeating: 1, [1, 1, height, width])
        let same = detail.added(to: MouthPainting(picture: painted, flow: flow(0, 0), mask: ones), height: height, width: width)
        #expect(same.values == painted.values)
        let still = detail.added(to: MouthPainting(picture: painted, flow: nil, mask: nil), height: 96, width: 64)
        #expect(still.values.allSatisfy { $0 == 0.25 })
    }
}
