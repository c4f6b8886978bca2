import CFFmpeg
import Files

/// Makes whole frames of those that hold two fields, taken one after the other; others pass as they are. One frame for each frame, by
/// FFmpeg's `bwdif`.
final class Deinterlacer {
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var source: UnsafeMutablePointer<AVFilterContext>?
    private var sink: UnsafeMutablePointer<AVFilterContext>?
    private let taken: UnsafeMutablePointer<AVFrame>
    private let timeBase: AVRational
    private let shape: [Int32]

    /// - Parameters:
    ///   - frame: the first one; others must be of its size and format.
    ///   - timeBase: seconds a tick of the frames' times.
    /// - Returns: nil where FFmpeg has no such filter, or none for these frames.
    init?(_ frame: UnsafeMutablePointer<AVFrame>, timeBase: AVRational) {
        (self.timeBase, shape) = (timeBase, Self.shape(frame))
        taken = av_frame_alloc()
        graph = avfilter_graph_alloc()
        graph!.pointee.nb_threads = 1
        let aspect = frame.pointee.sample_aspect_ratio
        let settings =
            "video_size=\(frame.pointee.width)x\(frame.pointee.height):pix_fmt=\(frame.pointee.format)"
            + ":time_base=\(timeBase.num)/\(timeBase.den):pixel_aspect=\(max(0, aspect.num))/\(max(1, aspect.den))"
        guard let filter = avfilter_get_by_name("bwdif") ?? avfilter_get_by_name("yadif"),
            let input = make(avfilter_get_by_name("buffer"), settings),
            let work = make(filter, "mode=send_frame:parity=auto:deint=interlaced"),
            let output = make(avfilter_get_by_name("buffersink"), nil), avfilter_link(input, 0, work, 0) >= 0,
            avfilter_link(work, 0, output, 0) >= 0, avfilter_graph_config(graph, nil) >= 0
        else { return nil }
        (source, sink) = (input, output)
    }

    deinit {
        avfilter_graph_free(&graph)
        var freeing: UnsafeMutablePointer<AVFrame>? = taken
        av_frame_free(&freeing)
    }

    /// Whether the frame is of the size and format that this was made for.
    func takes(_ frame: UnsafeMutablePointer<AVFrame>) -> Bool { Self.shape(frame) == shape }

    private static func shape(_ frame: UnsafeMutablePointer<AVFrame>) -> [Int32] {
        [frame.pointee.width, frame.pointee.height, frame.pointee.format]
    }

    /// Hands over a frame; nil says that no more come.
    func send(_ frame: UnsafeMutablePointer<AVFrame>?) {
        if let frame { frame.pointee.pts = frame.pointee.best_effort_timestamp }
        _ = av_buffersrc_add_frame_flags(source, frame, frame == nil ? 0 : Int32(AV_BUFFERSRC_FLAG_KEEP_REF))
    }

    /// The next frame, valid until the next call; nil when there is none yet, or no more.
    func take() -> UnsafeMutablePointer<AVFrame>? {
        av_frame_unref(taken)
        guard av_buffersink_get_frame(sink, taken) >= 0 else { return nil }
        if taken.pointee.pts != MediaNoTime {
            taken.pointee.pts = av_rescale_q(taken.pointee.pts, av_buffersink_get_time_base(sink), timeBase)
        }
        taken.pointee.best_effort_timestamp = taken.pointee.pts
        return taken
    }

    private func make(_ filter: UnsafePointer<AVFilter>?, _ settings: String?) -> UnsafeMutablePointer<AVFilterContext>? {
        guard let filter else { return nil }
        var made: UnsafeMutablePointer<AVFilterContext>?
        return avfilter_graph_create_filter(&made, filter, filter.pointee.name, settings, nil, graph) >= 0 ? made : nil
    }
}
