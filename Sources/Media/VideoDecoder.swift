import CFFmpeg
import Files

/// The frames of a container's video, one after the other.
final class VideoDecoder {
    let input: MediaInput
    let stream: UnsafeMutablePointer<AVStream>
    private let decoder: Decoder
    private let strict: Bool
    private let packet: UnsafeMutablePointer<AVPacket>
    private var draining = false
    private var deinterlacer: Deinterlacer?
    /// A frame of another size or format than those that the deinterlacer still holds.
    private var waiting: UnsafeMutablePointer<AVFrame>?
    private var isDecoded = false
    /// Packets that were read, frames or pieces that could not be decoded, and frames that the file says not to show.
    private(set) var damaged = 0
    /// Frames in which the decoder has filled in what is damaged.
    private(set) var concealed = 0
    private(set) var hidden = 0
    /// The container ended by a read error, not by its end.
    private(set) var endedEarly = false

    /// - Parameter strict: whether the first damage is an error; otherwise damaged frames are left out.
    /// - Throws: `FileError` (input) when there is no video, or one that cannot be decoded or is out of the size
    ///   limits.
    init(_ input: MediaInput, strict: Bool, threads: Int = 1) throws {
        guard let stream = input.videoStream else {
            throw input.audioStream == nil
                ? FileError.damagedMedia(input.name, what: "file", words: "no picture or video in it")
                : FileError(
                    .input, input.name, "expected a picture or video, found sound only; choose a file with a video")
        }
        let parameters = stream.pointee.codecpar.pointee
        if parameters.width > 0, parameters.height > 0,
            let error = FileError.mediaSize(input.name, width: Int(parameters.width), height: Int(parameters.height))
        {
            throw error
        }
        // WebM says of a track that it is encrypted; MP4 says it of packets.
        if av_dict_get(stream.pointee.metadata, "enc_key_id", nil, 0) != nil { throw FileError.encryptedMedia(input.name) }
        input.keepOnly(stream)
        decoder = try Decoder(
            name: input.name, codec: parameters.codec_id, stream: stream, strict: strict, threads: threads)
        self.input = input
        self.stream = stream
        self.strict = strict
        packet = av_packet_alloc()
    }

    deinit {
        var freeing: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&freeing)
        av_frame_free(&waiting)
    }

    /// The next frame, whole where it came as two fields; valid until the next call; nil at the end.
    ///
    /// - Throws: `FileError` (input): an encrypted packet; when `strict`, the first damage.
    func next() throws -> UnsafeMutablePointer<AVFrame>? {
        while true {
            if let frame = deinterlacer?.take() { return frame }
            if let held = waiting {
                // What came before it is delivered.
                deinterlacer = Deinterlacer(held, timeBase: stream.pointee.time_base)
                deinterlacer?.send(held)
                av_frame_free(&waiting)
                guard deinterlacer == nil else { continue }
            }
            if isDecoded { return nil }
            guard let frame = try decoded() else {
                isDecoded = true
                guard let deinterlacer else { return nil }
                deinterlacer.send(nil)
                continue
            }
            if strict || deinterlacer == nil && media_is_interlaced(frame) == 0 { return frame }
            if deinterlacer == nil {
                deinterlacer = Deinterlacer(frame, timeBase: stream.pointee.time_base)
                guard deinterlacer != nil else { return frame }
            }
            if deinterlacer!.takes(frame) {
                deinterlacer!.send(frame)
            } else {
                waiting = av_frame_clone(frame)
                deinterlacer!.send(nil)
            }
        }
    }

    /// The next frame as it is stored.
    private func decoded() throws -> UnsafeMutablePointer<AVFrame>? {
        // Enough for any stream that shows something; a file of nothing but broken packets must end some time.
        var patience = 20_000
        while patience > 0 {
            patience -= 1
            let received = decoder.receive()
            if received == 0 {
                if media_is_damaged(decoder.frame) != 0 {
                    if strict { throw FileError.decoding(input.name, what: "picture") }
                    guard media_is_corrupt(decoder.frame) == 0 else {
                        try note()
                        continue
                    }
                    concealed += 1
                }
                return decoder.frame
            }
            if received == MediaErrorEnd { return nil }
            if received != MediaErrorAgain {
                try note()
                if draining { return nil }
            }
            if draining { return nil }
            try feed()
        }
        return nil
    }

    private func feed() throws {
        let read = av_read_frame(input.context, packet)
        guard read >= 0 else {
            endedEarly = endedEarly || read != MediaErrorEnd && read != MediaErrorAgain
            draining = true
            _ = decoder.send(nil)
            return
        }
        defer { av_packet_unref(packet) }
        guard packet.pointee.stream_index == stream.pointee.index else { return }
        var size = 0
        if av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, &size) != nil { throw FileError.encryptedMedia(input.name) }
        if packet.pointee.flags & AV_PKT_FLAG_DISCARD != 0 { hidden += 1 }
        let sent = decoder.send(packet)
        if sent < 0, sent != MediaErrorAgain, sent != MediaErrorEnd { try note() }
    }

    private func note() throws {
        damaged += 1
        if strict { throw FileError.decoding(input.name, what: "picture") }
    }

    /// The frame's turn for display, which it or its stream states.
    func orientation(of frame: UnsafeMutablePointer<AVFrame>) -> Orientation {
        if let side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX), side.pointee.size >= 36 {
            return side.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) { Orientation(displayMatrix: $0) }
        }
        var size = 0
        if let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 {
            return data.withMemoryRebound(to: Int32.self, capacity: 9) { Orientation(displayMatrix: $0) }
        }
        return .upright
    }
}
