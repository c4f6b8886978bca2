import Files
import Foundation
import Media
import TestSupport

/// The files and numbers that `Tools/fixtures/make_media_fixtures.py` made.
enum MediaFixture {
    struct Expected: Decodable {
        struct Shape: Decodable {
            let width: Int
            let height: Int
            let tolerance: Int
        }
        struct Resized: Decodable {
            let file: String
            let width: Int
            let height: Int
            let crop: Bool
        }
        struct Video: Decodable {
            let colors: [[Int]]?
            let milliseconds: [Int]?
            let last: Int?
        }
        let pictures: [String: Shape]
        let resized: [Resized]
        let videos: [String: Video]
    }

    static let expected: Expected = {
        let data = FileManager.default.contents(atPath: path("expected.json"))!
        return try! JSONDecoder().decode(Expected.self, from: data)
    }()

    static func path(_ name: String) -> String { Fixture.path("media/\(name)") }

    static func bytes(_ name: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: path(name))!) }

    /// Writes a file.
    static func put(_ content: Data, at path: String) { try! content.write(to: URL(fileURLWithPath: path)) }

    /// The largest difference between two arrays of equal length; 256 when their lengths differ.
    static func largestDifference(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Int {
        guard left.count == right.count else { return 256 }
        return zip(left, right).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }

    /// A picture whose content depends on `phase` everywhere.
    static func drawn(width: Int, height: Int, phase: Int = 0) -> Picture {
        Picture(width: width, height: height) { pixels in
            for y in 0..<height {
                for x in 0..<width {
                    let at = (y * width + x) * 3
                    pixels[at] = UInt8((x * 255 / width + phase * 9) % 256)
                    pixels[at + 1] = UInt8(y * 255 / height)
                    pixels[at + 2] = UInt8((x + y + phase * 5) % 256)
                }
            }
        }
    }

    /// The text of the `FileError` that `body` throws; another text when it throws none.
    static func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch let error as FileError {
            return error.description
        } catch {
            return "another error: \(error)"
        }
    }

    /// All frames of an input.
    static func frames(_ path: String) throws -> [VideoFrame] { try Samples.frames(path) }
}
