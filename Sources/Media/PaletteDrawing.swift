import CFFmpeg
import Files

/// Draws pictures with a palette's colors, an ordered pattern standing for the colors between (FFmpeg's `paletteuse`);
/// the pattern rests while the picture moves, so nothing flickers.
final class PaletteDrawing {
    private let graph: FilterGraph
    private let frame: UnsafeMutablePointer<AVFrame>

    init(_ palette: UnsafeMutablePointer<AVFrame>, width: Int, height: Int, path: String) throws {
        let size = (Int(palette.pointee.width), Int(palette.pointee.height))
        graph = try FilterGraph(
            "paletteuse", options: "dither=bayer:bayer_scale=4:diff_mode=rectangle", inputs: [(width, height), size],
            path: path)
        frame = try FilterGraph.makeFrame(width: width, height: height, path: path)
        palette.pointee.pts = 0
        try graph.add(palette, input: 1)
        try graph.end(input: 1)
    }

    deinit {
        var freeing: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&freeing)
    }

    /// Calls `body` with frames as they are ready.
    func draw(_ picture: Picture, time: Int64, _ body: (UnsafeMutablePointer<AVFrame>) throws -> Void) throws {
        try graph.add(picture, in: frame, time: time, input: 0)
        while let drawn = try graph.take() { try body(drawn) }
    }

    /// Calls `body` with the frames that were held back.
    func finish(_ body: (UnsafeMutablePointer<AVFrame>) throws -> Void) throws {
        try graph.end(input: 0)
        while let drawn = try graph.take() { try body(drawn) }
    }
}
