import CFFmpeg
import Files
import Foundation

/// A looping GIF with one palette for the whole clip. The palette is known when all frames are, so they wait on disk,
/// losslessly; memory stays flat.
final class GIFSink: FrameSink {
    private let path: String
    private let timeBase: Rational
    private let metadata: MediaMetadata
    private let temporaryPath: String
    private let spool: FrameSpool
    private let palette: PaletteMaker
    private let width: Int
    private let height: Int
    /// One of so many frames is written: GIF holds 50 a second at most.
    private let step: Int
    private var seen = 0
    private(set) var written = 0
    /// In hundredths of a second, which are GIF's ticks.
    private var lastTime: Int64?
    private var end: Int64 = 0

    init(
        temporaryPath: String, path: String, width: Int, height: Int, frameRate: Rational, timeBase: Rational,
        metadata: MediaMetadata
    ) throws {
        self.path = path
        self.timeBase = timeBase
        // A rate that is stated a little above 50 is 50.
        step = max(1, Int((frameRate.value / 50.5).rounded(.up)))
        self.metadata = metadata
        self.temporaryPath = temporaryPath
        self.width = width
        self.height = height
        spool = try FrameSpool(beside: temporaryPath, path: path, width: width, height: height)
        palette = try PaletteMaker(width: width, height: height, path: path)
    }

    /// What was left out; nil where nothing was.
    var warning: String? {
        guard written < seen else { return nil }
        return "\(seen - written) of \(seen) frames were left out, because GIF holds 50 frames a second at most; .mp4 keeps all"
    }

    /// Of a rate above 50 a second every second, third … frame is written, which is even. A frame that would follow the one before by less than 2/100 s is left out: browsers slow such frames down.
    func write(_ picture: Picture, time: Int64, duration: Int64) throws {
        let hundredths = { (ticks: Int64) in Int64((Double(ticks) * self.timeBase.value * 100).rounded()) }
        end = max(end, hundredths(time + duration))
        let place = hundredths(time)
        defer { seen += 1 }
        guard seen % step == 0 else { return }
        if let lastTime, place < lastTime + 2 { return }
        lastTime = place
        written += 1
        try palette.count(picture)
        try spool.add(picture, time: place)
    }

    func finish() throws {
        let muxer = try Muxer("gif", temporaryPath: temporaryPath, path: path, metadata: MediaMetadata())
        let encoder = try Encoder("gif", path: path) { context in
            context.pointee.width = Int32(width)
            context.pointee.height = Int32(height)
            context.pointee.pix_fmt = AV_PIX_FMT_PAL8
            context.pointee.time_base = AVRational(num: 1, den: 100)
        }
        let stream = try muxer.addStream()
        avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context)
        stream.pointee.time_base = encoder.context.pointee.time_base
        let lastDuration = min(65535, max(2, end - (lastTime ?? 0)))
        try muxer.begin(options: ["loop": "0", "final_delay": "\(lastDuration)"])

        let drawing = try palette.finish()
        let mux = { (frame: UnsafeMutablePointer<AVFrame>) in
            try encoder.send(frame)
            while let packet = try encoder.receive() {
                packet.pointee.stream_index = 0
                av_packet_rescale_ts(packet, encoder.context.pointee.time_base, stream.pointee.time_base)
                try muxer.write(packet)
            }
        }
        try spool.readBack { picture, time in try drawing.draw(picture, time: time, mux) }
        try drawing.finish(mux)
        try muxer.end()
        try insertComment()
    }

    /// A GIF ends in one byte; a comment block goes before it.
    private func insertComment() throws {
        guard let comment = metadata.comment ?? metadata.title, !comment.isEmpty else { return }
        var block: [UInt8] = [0x21, 0xFE]
        var rest = Array(comment.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(255)
            block += [UInt8(piece.count)] + piece
            rest = rest.dropFirst(piece.count)
        }
        let descriptor = open(temporaryPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        defer { close(descriptor) }
        guard lseek(descriptor, -1, SEEK_END) > 0 else { throw FileError.cannotWrite(path) }
        try StagedOutput.append(block + [0, 0x3B], to: descriptor, for: path)
    }
}
