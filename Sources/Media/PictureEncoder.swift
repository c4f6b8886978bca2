import CFFmpeg
import Files

/// Encodes pictures of one size, each to the bytes of a whole file. Kept between the frames of a folder.
final class PictureEncoder {
    private let encoder: Encoder
    private let path: String

    /// - Throws: `FileError` (output) when FFmpeg lacks the encoder or refuses the size.
    init(_ format: PictureFormat, width: Int, height: Int, path: String) throws {
        self.path = path
        let (name, pixels) = format.encoder!
        encoder = try Encoder(name, path: path) { context in
            context.pointee.width = Int32(width)
            context.pointee.height = Int32(height)
            context.pointee.pix_fmt = pixels
            context.pointee.time_base = AVRational(num: 1, den: 25)
            if format == .webP { av_opt_set_int(context.pointee.priv_data, "lossless", 1, 0) }
        }
        try encoder.makePictureBuffer()
    }

    /// - Throws: `FileError` (output) when the picture cannot be encoded.
    func encode(_ picture: Picture) throws -> [UInt8] {
        try encoder.makeWritable()
        picture.pixels.withUnsafeBufferPointer { media_copy_from_rgb($0.baseAddress!, encoder.frame) }
        try encoder.send(encoder.frame)
        guard let packet = try encoder.receive() else {
            throw FileError(.output, path, "the picture could not be encoded")
        }
        return Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
    }
}
