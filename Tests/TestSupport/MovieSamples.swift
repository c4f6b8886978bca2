import Foundation

/// The sound of an MP4 file, found through its tables without FFmpeg.
public struct MovieSamples {
    /// The bytes of all sound packets, one after the other.
    public private(set) var sound = Data()
    /// How long the packets play, by their table of durations.
    public private(set) var soundSeconds = 0.0

    public struct NoSound: Error {}

    public init(_ file: Data) throws {
        let tracks = Self.boxes(file, in: 0..<file.count).filter { $0.name == "moov" }
            .flatMap { Self.boxes(file, in: $0.content) }.filter { $0.name == "trak" }
        for track in tracks {
            func find(_ path: [String]) throws -> Range<Int> {
                var content = track.content
                for name in path {
                    guard let box = Self.boxes(file, in: content).first(where: { $0.name == name }) else {
                        throw NoSound()
                    }
                    content = box.content
                }
                return content
            }
            let handler = try find(["mdia", "hdlr"])
            guard file[handler.lowerBound + 8..<handler.lowerBound + 12] == Data("soun".utf8) else { continue }
            let table = ["mdia", "minf", "stbl"]
            func numbers(_ name: String) throws -> (Int) -> Int {
                let start = try find(table + [name]).lowerBound
                return { Self.number(file, start + 4 + $0 * 4) }
            }
            // After version and flags: the count of entries, then the entries.
            let header = try find(["mdia", "mdhd"]).lowerBound
            let rate = Self.number(file, header + 12)
            let spans = try numbers("stts")
            soundSeconds = (0..<spans(0)).reduce(0) {
                $0 + Double(spans(1 + $1 * 2) * spans(2 + $1 * 2)) / Double(rate)
            }
            let sizes = try numbers("stsz")
            let runs = try numbers("stsc")
            let offsets = try numbers("stco")
            var sample = 0
            for chunk in 0..<offsets(0) {
                let run = (0..<runs(0)).last { runs(1 + $0 * 3) <= chunk + 1 }!
                var place = offsets(1 + chunk)
                for _ in 0..<runs(2 + run * 3) {
                    let size = sizes(0) != 0 ? sizes(0) : sizes(2 + sample)
                    sound += file[place..<place + size]
                    place += size
                    sample += 1
                }
            }
            return
        }
        throw NoSound()
    }

    private static func number(_ file: Data, _ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(file[at + $1]) } }

    private static func boxes(_ file: Data, in range: Range<Int>) -> [(name: String, content: Range<Int>)] {
        var found: [(String, Range<Int>)] = []
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            let size = number(file, at)
            guard size >= 8, at + size <= range.upperBound else { break }
            found.append((String(decoding: file[at + 4..<at + 8], as: UTF8.self), at + 8..<at + size))
            at += size
        }
        return found
    }
}
