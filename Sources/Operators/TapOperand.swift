import CKernels
import Tensors

/// Some rows of some samples of a convolution's operand as the taps read them: divided into phases, with the zeros of the margins, and
/// multiplied by the modulation.
struct TapOperand {
    /// A batch (N, C, H, W) with its modulation (N, C).
    struct Source {
        let values: UnsafePointer<Float>
        let channels, height, width: Int
        let scale: UnsafePointer<Float>?
    }

    /// Planes: channels, or pairs of channels.
    let planes: Int
    /// Values from one row, one sample, and one plane to the next.
    let wide, sampleStep, plane: Int
    private let values: Tensor
    private let offsets: [[Int]]

    /// Zeros past the end, because the kernels read whole vectors.
    private static let slack = 64

    /// - Parameters:
    ///   - channels: those to lay out; the first is even if they are paired.
    ///   - isPaired: whether each value holds two channels in bfloat16, the first in the lower half.
    ///   - samples: those to lay out.
    ///   - rows: rows of the plan's grids; the operand's rows that they read are laid out.
    init(_ source: Source, plan: TapPlan, channels: Range<Int>, samples: Range<Int>, rows: Range<Int>, isPaired: Bool = false) {
        let step = plan.step, (reachedRows, reachedColumns) = (plan.reachedRows, plan.reachedColumns)
        let tall = rows.count + reachedRows.count - 1
        let wide = plan.columns + reachedColumns.count - 1
        self.wide = wide
        let phaseStep = tall * wide
        sampleStep = plan.phases.count * phaseStep
        plane = samples.count * sampleStep
        planes = isPaired ? (channels.count + 1) / 2 : channels.count
        values = Tensor(uninitialized: [planes * plane + Self.slack])
        var to = values.mutablePointer
        (to + planes * plane).update(repeating: 0, count: Self.slack)
        for channel in stride(from: channels.lowerBound, to: channels.upperBound, by: isPaired ? 2 : 1) {
            for sample in samples {
                let own = sample * source.channels + channel
                let from = source.values + own * source.height * source.width
                let scale = source.scale?[own] ?? 1
                let second = isPaired && channel + 1 < channels.upperBound ? from + source.height * source.width : nil
                for phase in plan.phases {
                    let (e, f) = (phase / step, phase % step)
                    // Columns first..<last of the phase, counted from the first one that a tap reads, are inside the picture.
                    let low = reachedColumns.lowerBound
                    let first = min(wide, max(0, -low))
                    let last = max(first, min(wide, (source.width - f + step - 1) / step - low))
                    for r in rows.lowerBound + reachedRows.lowerBound..<rows.upperBound + reachedRows.upperBound {
                        let i = r * step + e
                        if i < 0 || i >= source.height {
                            to.update(repeating: 0, count: wide)
                        } else {
                            for k in 0..<first { to[k] = 0 }
                            let place = i * source.width + (first + low) * step + f
                            if isPaired {
                                kernel_copy_paired(
                                    UnsafeMutableRawPointer(to + first).assumingMemoryBound(to: UInt32.self), from + place,
                                    second.map { $0 + place }, last - first, step, scale, source.scale?[own + (second == nil ? 0 : 1)] ?? 1)
                            } else {
                                kernel_copy_scaled(to + first, from + place, last - first, step, scale)
                            }
                            for k in last..<wide { to[k] = 0 }
                        }
                        to += wide
                    }
                }
            }
        }
        offsets = plan.grids.map { grid in
            grid.taps.map { tap in
                plan.phases.firstIndex(of: tap.phase)! * phaseStep + (tap.row - reachedRows.lowerBound) * wide + tap.column
                    - reachedColumns.lowerBound
            }
        }
    }

    /// What the taps of the only grid read, a plane for each tap of a channel, without margins: an operand of one tap.
    ///
    /// - Parameters:
    ///   - rows, columns: of the grid.
    ///   - samples: as many as were laid out.
    init(unfolding operand: TapOperand, rows: Int, columns: Int, samples: Int) {
        let taps = operand.offsets[0]
        planes = operand.planes * taps.count
        wide = columns
        sampleStep = rows * columns
        plane = samples * sampleStep
        values = Tensor(uninitialized: [planes * plane + Self.slack])
        offsets = [[0]]
        var to = values.mutablePointer
        (to + planes * plane).update(repeating: 0, count: Self.slack)
        for channel in 0..<operand.planes {
            for tap in taps {
                let from = operand.pointer + channel * operand.plane + tap
                for sample in 0..<samples {
                    kernel_copy_rows(to, from + sample * operand.sampleStep, rows, columns, operand.wide)
                    to += sampleStep
                }
            }
        }
        operand.keep()
    }

    /// The offsets of a grid's taps.
    func offsets(grid: Int) -> [Int] { offsets[grid] }

    /// The value from which the offsets count, in the first sample and channel.
    var pointer: UnsafePointer<Float> { values.pointer }

    func keep() { keepAlive(values) }
}
