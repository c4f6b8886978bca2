import Files
import Foundation

/// The landmarks of a video's frames in a table of OpenFace: a line a frame, x and y of 68 points in pixels.
enum LandmarkTable {
    /// Columns before the points where these have no names: frame, face_id, timestamp, confidence, success.
    private static let leading = 5

    /// Where the values of a line are.
    private struct Columns {
        /// nil where nothing tells.
        let frame: Int?
        let x, y: [Int]

        var last: Int { max(x.max()!, y.max()!, frame ?? 0) }

        /// By their names, else by position.
        init(header: [Substring]) {
            var places: [String: Int] = [:]
            for (index, name) in header.enumerated() { places[name.trimmingCharacters(in: .whitespaces).lowercased()] = index }
            let named = ["x", "y"].map { axis in (0..<68).compactMap { places["\(axis)_\($0)"] } }
            if named[0].count == 68, named[1].count == 68 {
                (frame, x, y) = (places["frame"], named[0], named[1])
            } else {
                (frame, x, y) = (0, Array(leading..<leading + 68), Array(leading + 68..<leading + 136))
            }
        }
    }

    /// - Returns: of every frame.
    /// - Throws: `FileError` (input) when the file cannot be read, or is no such table.
    static func read(_ path: String) throws -> [FaceOutline] {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        func problem(_ text: String) -> FileError { FileError(.input, path, text) }
        let lines = String(decoding: file.bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let first = lines.first, !first.allSatisfy(\.isWhitespace) else {
            throw problem("is empty; expected a table of OpenFace, with the landmarks of every frame (-2Dfp)")
        }
        let header = first.split(separator: ",", omittingEmptySubsequences: false)
        // A table may begin with its first frame.
        let hasHeader = Double(header[0].trimmingCharacters(in: .whitespaces)) == nil
        let columns = Columns(header: header)
        guard columns.last < header.count else {
            throw problem(
                "expected columns x_0 to x_67 and y_0 to y_67, found \(header.count) columns; run OpenFace's FeatureExtraction with -2Dfp")
        }
        var result: [FaceOutline] = []
        for (index, line) in lines.enumerated().dropFirst(hasHeader ? 1 : 0) where !line.allSatisfy(\.isWhitespace) {
            let words = line.split(separator: ",", omittingEmptySubsequences: false)
            guard words.count == header.count else {
                throw problem("line \(index + 1): expected \(header.count) columns, found \(words.count)")
            }
            func value(_ column: Int) throws -> Float {
                let text = words[column].trimmingCharacters(in: .whitespaces)
                guard let value = Float(text), value.isFinite, abs(value) < 1e6 else {
                    throw problem("line \(index + 1), column \(column + 1): expected a number, found \"\(text.prefix(20))\"")
                }
                return value
            }
            if let column = columns.frame {
                let frame = try value(column)
                guard frame == Float(result.count + 1) else {
                    throw problem(
                        "line \(index + 1): expected frame \(result.count + 1), found \(words[column].trimmingCharacters(in: .whitespaces)); "
                            + "the table wants one face in every frame, in order")
                }
            }
            result.append(FaceOutline(try zip(columns.x, columns.y).map { SIMD2(try value($0), try value($1)) }))
        }
        guard !result.isEmpty else { throw problem("holds no frames; expected a line for each") }
        return result
    }
}
