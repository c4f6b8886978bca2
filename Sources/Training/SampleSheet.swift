import Figures
import Media
import Networks
import Operators
import Tensors

/// A picture that shows what a network can do so far. Upper rows: source, driving, result, flow, mask, of one clip each. Lower
/// rows: source, another clip's first frame and a later one, and the source moved by them in relative and in absolute mode.
public enum SampleSheet {
    private static let columns = 5
    private static let gap = 2

    /// - Parameters:
    ///   - clips: numbers of the clips to show, those with several frames; at most four.
    ///   - detail: whether the source's detail is added.
    /// - Returns: nil when there is none.
    public static func picture(_ network: LIA, dataset: Dataset, clips: [Int], detail: Bool) -> Picture? {
        let shown = clips.map { dataset.clips[$0] }.filter { $0.count > 1 }.prefix(4)
        guard !shown.isEmpty else { return nil }
        func tensor(_ frame: Int) -> Tensor { Tensor(dataset.picture(frame)) }
        let model = PortraitModel(name: "", network: network, usesDetail: detail)
        func encoded(_ frame: Int) -> any EncodedPortrait {
            let picture = tensor(frame)
            return try! model.encode(picture, detail: picture)
        }
        var rows: [[Picture]] = []
        for clip in shown {
            let (first, later) = (clip.first, clip.first + clip.count * 2 / 3)
            let source = encoded(first)
            var flow: Tensor?, mask: Tensor?
            let result = source.picture(network.encode(driving: tensor(later))) {
                if $0.view == "flow" { flow = $0.values }
                if $0.view == "mask" { mask = $0.values }
            }
            rows.append([
                dataset.picture(first), dataset.picture(later), Picture(result), FlowFigure.colors(flow!),
                maskPicture(mask!),
            ])
        }
        let pairs = shown.count > 1 ? Array(zip(shown, shown.dropFirst() + shown.prefix(1))) : []
        for (own, other) in pairs {
            let (reference, later) = (other.first, other.first + other.count * 2 / 3)
            let source = encoded(own.first)
            let (anchor, driving) = (network.encode(driving: tensor(reference)), network.encode(driving: tensor(later)))
            let results = [TransferMode.relative, .absolute].map { mode in
                source.picture(network.transfer(Transfer(mode), driving: driving, reference: anchor, to: source))
            }
            rows.append(
                [dataset.picture(own.first), dataset.picture(reference), dataset.picture(later)]
                    + results.map { Picture($0) })
        }
        return grid(rows, side: dataset.size)
    }

    private static func grid(_ rows: [[Picture]], side: Int) -> Picture {
        let step = side + gap
        var sheet = Picture(
            width: columns * step - gap, height: rows.count * step - gap, red: 255, green: 255, blue: 255)
        for (row, pictures) in rows.enumerated() {
            for (column, picture) in pictures.enumerated() {
                for y in 0..<side {
                    let start = ((row * step + y) * sheet.width + column * step) * 3
                    sheet.pixels.replaceSubrange(
                        start..<start + 3 * side, with: picture.pixels[3 * y * side..<3 * (y + 1) * side])
                }
            }
        }
        return sheet
    }

    /// 0 black, 1 white.
    static func maskPicture(_ mask: Tensor) -> Picture {
        let values = mask.values
        return Picture(width: mask.shape[3], height: mask.shape[2]) { pixels in
            for p in values.indices {
                for channel in 0..<3 { pixels[3 * p + channel] = level(values[p]) }
            }
        }
    }

    /// A value from 0 to 1 as a level; what is no number is black.
    private static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(255 * min(value, 1)) : 0 }
}
