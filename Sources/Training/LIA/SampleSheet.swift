import Animation
import Figures
import Media
import Networks
import Operators
import Tensors

/// A picture that shows what a network can do so far. Upper rows: source, driving, result, flow, mask, of one clip each. Lower
/// rows: source, another clip's first frame and a later one, and the source moved by them in relative and in absolute mode.
public enum SampleSheet {
    /// - Parameters:
    ///   - clips: numbers of the clips to show, those with several frames; at most four.
    ///   - detail: true where the source's detail is added.
    /// - Returns: nil when there is none.
    public static func picture(_ network: LIA, dataset: Dataset, clips: [Int], detail: Bool) -> Picture? {
        let shown = clips.map { dataset.clips[$0] }.filter { $0.count > 1 }.prefix(4)
        guard !shown.isEmpty else { return nil }
        var rows = shown.map { reconstruction(network, dataset, $0, detail: detail) }
        if shown.count > 1 {
            for (own, other) in zip(shown, shown.dropFirst() + shown.prefix(1)) {
                rows.append(transfer(network, dataset, own, from: other, detail: detail))
            }
        }
        return PictureGrid.picture(rows, side: dataset.size)
    }

    private static func tensor(_ dataset: Dataset, _ frame: Int) -> Tensor { Tensor(dataset.picture(frame)) }

    private static func source(_ network: LIA, _ dataset: Dataset, _ frame: Int, detail: Bool) -> LIA.Source {
        let picture = tensor(dataset, frame)
        return network.encode(source: picture, detail: detail ? picture : nil)
    }

    /// The frame at two thirds of a clip.
    private static func later(_ clip: Dataset.Clip) -> Int { clip.first + clip.count * 2 / 3 }

    /// Source, driving, result, flow, mask.
    private static func reconstruction(_ network: LIA, _ dataset: Dataset, _ clip: Dataset.Clip, detail: Bool) -> [Picture] {
        let source = source(network, dataset, clip.first, detail: detail)
        var last: Warp.Result?
        let result = network.generate(source, magnitudes: network.encode(driving: tensor(dataset, later(clip)))) { last = $1 }
        return [
            dataset.picture(clip.first), dataset.picture(later(clip)), Picture(result), FlowFigure.colors(last!.flow),
            PictureGrid.mask(last!.mask),
        ]
    }

    /// Source, the other clip's first frame and a later one, the source moved by them in relative and in absolute mode.
    private static func transfer(
        _ network: LIA, _ dataset: Dataset, _ own: Dataset.Clip, from other: Dataset.Clip, detail: Bool
    ) -> [Picture] {
        let source = source(network, dataset, own.first, detail: detail)
        let reference = network.encode(driving: tensor(dataset, other.first))
        let driving = network.encode(driving: tensor(dataset, later(other)))
        let results = [TransferMode.relative, .absolute].map { mode in
            network.generate(
                source,
                motion: network.transfer(mode, driving: driving, reference: reference, source: source.magnitudes, strength: 1))
        }
        return [own.first, other.first, later(other)].map { dataset.picture($0) } + results.map { Picture($0) }
    }
}
