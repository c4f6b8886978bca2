import CFFmpeg
import Files

extension FileError {
    static func emptyMedia(_ name: String, for purpose: MediaInput.Purpose = .pictures) -> FileError {
        FileError(.input, name, "expected \(purpose.rawValue), found an empty file; check that it was copied completely")
    }

    /// The error for content of an unknown format, told by its first bytes.
    static func unknownMedia(_ name: String, beginning: [UInt8], for purpose: MediaInput.Purpose = .pictures) -> FileError {
        if let problem = ForeignContent.problem(beginning) { return FileError(.input, name, problem) }
        let found: String
        if beginning.starts(with: Array("#EXTM3U".utf8)) || beginning.starts(with: Array("ffconcat".utf8)) {
            return FileError(
                .input, name,
                "expected \(purpose.rawValue), found a playlist, which is not followed; name the video file itself")
        } else if beginning.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }) {
            found = "a text file"
        } else {
            found = "an unknown format"
        }
        return FileError(
            .input, name,
            "expected \(purpose.rawValue), found \(found); choose a "
                + (purpose == .sound ? "WAV, MP3, FLAC, M4A or Ogg file" : "PNG, JPEG, WebP, MP4 or WebM file"))
    }

    /// The error for a file that ends early or holds broken data. `words` are the decoder's own, and may be empty.
    static func damagedMedia(_ name: String, what: String, words: String) -> FileError {
        let detail = words.isEmpty ? "" : " (\(words.trimmingSuffix { ".! ".contains($0) }))"
        return FileError(.input, name, "the \(what) is cut short or damaged\(detail); copy or export it again")
    }

    static func encryptedMedia(_ name: String) -> FileError {
        FileError(.input, name, "is encrypted (Common Encryption, as sold and streamed videos are), which cannot be played here")
    }

    /// The error for a picture that is out of the limits of size; nil when it is within.
    static func mediaSize(_ name: String, width: Int, height: Int) -> FileError? {
        if width.multipliedReportingOverflow(by: height).overflow || width * height > Picture.pixelLimit {
            return FileError(
                .input, name,
                "expected at most \(Picture.pixelLimit / 1_000_000) megapixels, found \(width)x\(height) pixels; "
                    + "shrink it first")
        }
        if width < Picture.smallestSide || height < Picture.smallestSide {
            let side = Picture.smallestSide
            return FileError(
                .input, name,
                "expected at least \(side)x\(side) pixels, found \(width)x\(height); choose a larger picture")
        }
        return nil
    }

    /// The error for a failed decoding: over the limit of size, or damaged.
    static func decoding(_ name: String, what: String) -> FileError {
        var width: Int32 = 0
        var height: Int32 = 0
        if media_refused_size(&width, &height) != 0,
            let error = mediaSize(name, width: Int(UInt32(bitPattern: width)), height: Int(UInt32(bitPattern: height)))
        {
            return error
        }
        return damagedMedia(name, what: what, words: String(cString: media_last_words()))
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
        var text = self[...]
        while let last = text.last, condition(last) { text.removeLast() }
        return text
    }
}
