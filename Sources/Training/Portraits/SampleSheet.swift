import Figures
import Media
import Networks
import Tensors

/// A picture that shows what a network can do so far. Upper rows: source, driving, result, flow, mask, of one clip each. Lower
/// rows: source, another clip's first frame and a later one, and the source moved by them in relative and in absolute mode.
public struct SampleSheet {
    private let network: any VideoDriven
    private let model: PortraitModel
    private let dataset: Dataset

    /// - Parameters:
    ///   - clips: numbers of the clips to show, those with several frames; at most four.
    ///   - detail: true where the source's detail is added.
    /// - Returns: nil when there is none.
    public static func picture(_ network: any VideoDriven, dataset: Dataset, clips: [Int], detail: Bool) throws -> Picture? {
        let shown = clips.map { dataset.clips[$0] }.filter { $0.count > 1 }.prefix(4)
        guard !shown.isEmpty else { return nil }
        let sheet = SampleSheet(
            network: network, model: PortraitModel(name: "", network: network, usesDetail: detail), dataset: dataset)
        var rows = try shown.map { try sheet.reconstruction($0) }
        if shown.count > 1 {
            for (own, other) in zip(shown, shown.dropFirst() + shown.prefix(1)) { rows.append(try sheet.transfer(own, from: other)) }
        }
        return PictureGrid.picture(rows)
    }

    private func source(_ frame: Int) throws -> any EncodedPortrait {
        let picture = Tensor(dataset.picture(frame))
        return try model.encode(picture, detail: picture)
    }

    private func motion(_ frame: Int) throws -> Tensor { try network.motion(of: Tensor(dataset.picture(frame))) }

    /// The frame at two thirds of a clip.
    private func later(_ clip: Dataset.Clip) -> Int { clip.first + clip.count * 2 / 3 }

    /// Source, driving, result, flow, mask; white where the network shows no flow or mask.
    private func reconstruction(_ clip: Dataset.Clip) throws -> [Picture] {
        let blank = Picture(width: dataset.size, height: dataset.size, red: 255, green: 255, blue: 255)
        let (flowView, maskView) = (network.view(.flow)?.name, network.view(.mask)?.name)
        var flow: Picture?, mask: Picture?
        let result = try source(clip.first).picture(motion(later(clip))) {
            if $0.view == flowView { flow = FlowFigure.colors($0.values) }
            if $0.view == maskView { mask = PictureGrid.mask($0.values) }
        }
        // A network may show them smaller than its pictures.
        let views = [flow ?? blank, mask ?? blank].map { $0.fitted(toSquare: dataset.size, .stretch) }
        return [dataset.picture(clip.first), dataset.picture(later(clip)), Picture(result)] + views
    }

    /// Source, the other clip's first frame and a later one, the source moved by them in relative and in absolute mode.
    private func transfer(_ own: Dataset.Clip, from other: Dataset.Clip) throws -> [Picture] {
        let source = try source(own.first), reference = try motion(other.first), driving = try motion(later(other))
        let results = [TransferMode.relative, .absolute].map { mode in
            source.picture(network.transfer(Transfer(mode), driving: driving, reference: reference, to: source))
        }
        return [own.first, other.first, later(other)].map { dataset.picture($0) } + results.map { Picture($0) }
    }
}
