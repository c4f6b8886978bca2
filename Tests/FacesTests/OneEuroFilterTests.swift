import Faces
import Foundation
import Testing

@Suite struct OneEuroFilterTests {
    /// Without speed the cut-off is constant, and a step of 1 is answered by 1 − (1 − α)ⁿ.
    @Test(arguments: [0.5, 2, 8]) func aStepIsAnsweredByTheClosedForm(_ cutoff: Double) {
        var filter = OneEuroFilter(cutoff: cutoff, speed: 0)
        let step = 1.0 / 25, share = 1 / (1 + 1 / (2 * Double.pi * cutoff * step))
        #expect(filter.next([0, 5], time: 0) == [0, 5])
        for n in 1...40 {
            let found = filter.next([1, 5], time: Double(n) * step)
            #expect(abs(Double(found[0]) - (1 - pow(1 - share, Double(n)))) < 1e-5 && found[1] == 5)
        }
    }

    /// The change a second is smoothed with 1 Hz and opens the cut-off: of the first step by hand.
    @Test func fastChangesOpenTheCutoff() {
        let step = 0.04, cutoff = 1.0, speed = 0.5, jump = 3.0
        var filter = OneEuroFilter(cutoff: cutoff, speed: speed)
        _ = filter.next([0], time: 0)
        let found = Double(filter.next([Float(jump)], time: step)[0])
        let change = 1 / (1 + 1 / (2 * Double.pi * step)) * jump / step
        let share = 1 / (1 + 1 / (2 * Double.pi * (cutoff + speed * change) * step))
        #expect(abs(found - share * jump) < 1e-4)
    }

    /// More strength leaves less trembling, and none of it moves a constant.
    @Test func strengthSmooths() {
        func roughness(_ strength: Double) -> Double {
            var filter = OneEuroFilter(strength: strength), last: Float?, sum = 0.0
            for n in 0..<200 {
                let value = filter.next([Float(n % 2) * 0.1], time: Double(n) / 25)[0]
                if let last { sum += Double(abs(value - last)) }
                last = value
            }
            return sum
        }
        let found = [0.0, 0.25, 0.5, 0.75, 1].map(roughness)
        for (a, b) in zip(found, found.dropFirst()) { #expect(b < a) }
        #expect(found[4] < 0.2 * found[0])
        var still = OneEuroFilter(strength: 1)
        for n in 0..<10 { #expect(still.next([2.5], time: Double(n)) == [2.5]) }
    }
}
