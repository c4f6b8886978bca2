import CFFmpeg
import Files

/// One of FFmpeg's video filters, between pictures that go in and frames that come out.
final class FilterGraph {
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var sources: [UnsafeMutablePointer<AVFilterContext>] = []
    private var sink: UnsafeMutablePointer<AVFilterContext>?
    private let taken: UnsafeMutablePointer<AVFrame>
    private let path: String
    private let name: String

    /// - Parameters:
    ///   - name: FFmpeg's name of the filter.
    ///   - inputs: width and height of each input's pictures.
    ///   - path: of the output, for errors.
    /// - Throws: `FileError` (output) when FFmpeg lacks the filter.
    init(_ name: String, options: String, inputs: [(width: Int, height: Int)], path: String) throws {
        media_quiet()
        self.name = name
        self.path = path
        taken = av_frame_alloc()
        graph = avfilter_graph_alloc()
        graph!.pointee.nb_threads = 1
        let filter = try make(name, options)
        for (index, size) in inputs.enumerated() {
            let settings = "video_size=\(size.width)x\(size.height):pix_fmt=\(AV_PIX_FMT_BGRA.rawValue):time_base=1/100"
            let source = try make("buffer", settings)
            sources.append(source)
            try check(avfilter_link(source, 0, filter, UInt32(index)))
        }
        let sink = try make("buffersink", nil)
        self.sink = sink
        try check(avfilter_link(filter, 0, sink, 0))
        try check(avfilter_graph_config(graph, nil))
    }

    deinit {
        avfilter_graph_free(&graph)
        var freeing: UnsafeMutablePointer<AVFrame>? = taken
        av_frame_free(&freeing)
    }

    /// A frame of the format that filters take.
    static func makeFrame(width: Int, height: Int, path: String) throws -> UnsafeMutablePointer<AVFrame> {
        var frame = av_frame_alloc()
        frame?.pointee.width = Int32(width)
        frame?.pointee.height = Int32(height)
        frame?.pointee.format = AV_PIX_FMT_BGRA.rawValue
        guard let made = frame, av_frame_get_buffer(made, 0) >= 0 else {
            av_frame_free(&frame)
            throw FileError(.output, path, "cannot be written (not enough memory)")
        }
        return made
    }

    /// Sends a picture, by way of `frame`.
    func add(_ picture: Picture, in frame: UnsafeMutablePointer<AVFrame>, time: Int64, input: Int) throws {
        try check(av_frame_make_writable(frame))
        picture.pixels.withUnsafeBufferPointer { media_copy_from_rgb($0.baseAddress!, frame) }
        frame.pointee.pts = time
        try add(frame, input: input)
    }

    func add(_ frame: UnsafeMutablePointer<AVFrame>, input: Int) throws {
        try check(av_buffersrc_add_frame_flags(sources[input], frame, Int32(AV_BUFFERSRC_FLAG_KEEP_REF)))
    }

    /// No more comes to the input.
    func end(input: Int) throws { try check(av_buffersrc_add_frame_flags(sources[input], nil, 0)) }

    /// The next result, valid until the next call; nil when there is none yet, or no more.
    func take() throws -> UnsafeMutablePointer<AVFrame>? {
        av_frame_unref(taken)
        let outcome = av_buffersink_get_frame(sink, taken)
        if outcome == MediaErrorAgain || outcome == MediaErrorEnd { return nil }
        try check(outcome)
        return taken
    }

    private func make(_ filter: String, _ options: String?) throws -> UnsafeMutablePointer<AVFilterContext> {
        var made: UnsafeMutablePointer<AVFilterContext>?
        let outcome = avfilter_graph_create_filter(&made, avfilter_get_by_name(filter), filter, options, nil, graph)
        try check(outcome)
        return made!
    }

    private func check(_ outcome: Int32) throws {
        if outcome < 0 { throw FileError.encoding(path, name, outcome) }
    }
}
