import Checkpoints
import Tensors
import Testing

struct HalfPrecisionTests {
    #if !(os(macOS) && arch(x86_64))
        /// Against the language's own binary16: every pattern.
        @Test func everyHalfHasItsValue() {
            var different = 0
            for bits in 0...UInt16.max {
                let (value, reference) = (HalfPrecision.float(float16: bits), Float(Float16(bitPattern: bits)))
                if value.bitPattern != reference.bitPattern && !(value.isNaN && reference.isNaN) { different += 1 }
            }
            #expect(different == 0)
        }

        /// Every tie and its neighbours, and a million patterns at random.
        @Test func floatsAreRoundedToTheNearestHalf() {
            var inputs: [UInt32] = []
            for bits in UInt16(0)..<0x7c00 {
                let middle =
                    (Float(Float16(bitPattern: bits))
                        + Float(Float16(bitPattern: bits + 1).isFinite ? Float16(bitPattern: bits + 1) : 65504)) / 2
                inputs += [
                    middle.bitPattern, middle.bitPattern &- 1, middle.bitPattern + 1, middle.bitPattern | 1 << 31,
                ]
            }
            inputs += [
                0x477f_efff, 0x477f_f000, 0x477f_f001, 0x3300_0000, 0x3300_0001, 0x32ff_ffff, 0x7f80_0000, 0xff80_0000,
            ]
            var random = RandomSource(seed: 11)
            for _ in 0..<1_000_000 { inputs.append(UInt32(truncatingIfNeeded: random.next())) }
            var different = 0
            for bits in inputs {
                let value = Float(bitPattern: bits)
                let (half, reference) = (HalfPrecision.float16(value), Float16(value))
                if half != reference.bitPattern && !(reference.isNaN && Float16(bitPattern: half).isNaN) {
                    different += 1
                }
            }
            #expect(different == 0)
        }
    #endif

    /// Against arithmetic: the nearest of the two neighbours, the even one at a tie.
    @Test func floatsAreRoundedToTheNearestBFloat() {
        var random = RandomSource(seed: 12)
        var different = 0
        var ties = 0
        for round in 0..<1_000_000 {
            var bits = UInt32(truncatingIfNeeded: random.next())
            if round % 4 == 0 { bits = bits & 0xffff_0000 | 0x8000 }
            let value = Float(bitPattern: bits)
            let result = HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(value))
            if value.isNaN {
                if !result.isNaN { different += 1 }
                continue
            }
            let below = Double(Float(bitPattern: bits & 0xffff_0000))
            let next = Float(bitPattern: (bits & 0xffff_0000) &+ 0x1_0000)
            let above = next.isInfinite ? (value < 0 ? -0x1p128 : 0x1p128) : Double(next)
            let (toBelow, toAbove) = (abs(Double(value) - below), abs(Double(value) - above))
            if toBelow == toAbove { ties += 1 }
            let isEven = bits & 0x1_0000 == 0
            let nearest = toBelow < toAbove || (toBelow == toAbove && isEven) ? Float(below) : next
            if value.isFinite, result.bitPattern != nearest.bitPattern { different += 1 }
        }
        #expect(different == 0)
        #expect(ties > 200_000)
    }
}
