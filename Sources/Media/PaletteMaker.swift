import CFFmpeg
import Files

/// Counts the colors of a clip and chooses the 255 that serve it best (FFmpeg's `palettegen`).
final class PaletteMaker {
    private let graph: FilterGraph
    private let frame: UnsafeMutablePointer<AVFrame>
    private let width: Int
    private let height: Int
    private let path: String

    /// - Throws: `FileError` (output) when FFmpeg lacks the filter.
    init(width: Int, height: Int, path: String) throws {
        self.width = width
        self.height = height
        self.path = path
        graph = try FilterGraph("palettegen", options: "stats_mode=full", inputs: [(width, height)], path: path)
        frame = try FilterGraph.makeFrame(width: width, height: height, path: path)
    }

    deinit {
        var freeing: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&freeing)
    }

    func count(_ picture: Picture) throws {
        try graph.add(picture, in: frame, time: 0, input: 0)
        // It answers at the end only.
        _ = try graph.take()
    }

    /// What draws pictures with the chosen colors.
    func finish() throws -> PaletteDrawing {
        try graph.end(input: 0)
        guard let palette = try graph.take() else { throw FileError(.output, path, "no colors could be chosen for it") }
        return try PaletteDrawing(palette, width: width, height: height, path: path)
    }
}
