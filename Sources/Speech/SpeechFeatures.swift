import Files
import Foundation
import Networks
import Tensors

/// Features of speech in a file: one row a frame, 25 a second. A NumPy array, or text with a row a line and commas or blanks between its
/// values.
public enum SpeechFeatures {
    /// - Parameter values: of each row, as the network reads them.
    /// - Returns: (N, values).
    /// - Throws: `FileError` (input) when the file cannot be read, or holds no such rows.
    public static func read(_ path: String, values: Int) throws -> Tensor {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        guard !file.bytes.isEmpty else { throw problem(path, "is empty; expected rows of \(values) values") }
        let features = file.bytes.starts(with: magic) ? try array(file.bytes, path) : try text(file.bytes, path)
        guard features.shape[1] == values else {
            throw problem(
                path,
                "expected \(values) values a row, found \(features.shape[1]); the features are "
                    + (values == SpokenSound.mouth.values
                        ? "how far a mouth is open, wide and puckers, as 'lia speech' writes them"
                        : "the letters' scores of DeepSpeech 0.1"))
        }
        guard features.shape[0] > 0 else { throw problem(path, "holds no rows; expected one for each frame, 25 a second") }
        guard features.isFinite else { throw problem(path, "holds values that are no finite numbers; compute the features again") }
        return features
    }

    /// What mouths do, and no more than they can.
    private static let bounds: [(name: String, range: ClosedRange<Float>)] = [
        ("open", -0.5...2), ("wide", -1.5...1.5), ("pucker", -0.5...2),
    ]

    /// The nearest that a mouth can do.
    public static func bounded(open: Float, wide: Float, pucker: Float) -> [Float] {
        zip(bounds, [open, wide, pucker]).map { bound, value in min(max(value, bound.range.lowerBound), bound.range.upperBound) }
    }

    /// How far a mouth is open, wide and puckers, as `SpeechMouth` has it.
    ///
    /// - Returns: (N, 3).
    /// - Throws: as `read`; `FileError` (input) for values that no mouth has, of which networks paint anything.
    public static func readMouths(_ path: String) throws -> Tensor {
        let features = try read(path, values: bounds.count)
        for (index, value) in features.values.enumerated() {
            let (name, range) = bounds[index % bounds.count]
            guard range.contains(value) else {
                let allowed = "\(String(format: "%g", range.lowerBound)) to \(String(format: "%g", range.upperBound))"
                throw problem(
                    path,
                    "row \(index / bounds.count + 1): \(name) is \(String(format: "%g", value)), expected \(allowed): 1 is a mouth wholly "
                        + "\(name), 0 one at rest ('lia speech' writes such rows)")
            }
        }
        return features
    }

    private static func problem(_ path: String, _ text: String) -> FileError { FileError(.input, path, text) }

    // MARK: NumPy

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    private static func array(_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Tensor {
        let damaged = problem(path, "is a damaged NumPy array; save it again")
        guard bytes.count >= 12 else { throw damaged }
        let isShort = bytes[6] == 1
        let length = isShort ? Int(UInt16(bytes[8]) | UInt16(bytes[9]) << 8) : Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        let start = (isShort ? 10 : 12) + length
        guard length < 1 << 16, start <= bytes.count else { throw damaged }
        let header = String(decoding: bytes[(isShort ? 10 : 12)..<start], as: UTF8.self)
        guard let kind = quoted(after: "'descr':", in: header), let shape = shape(in: header) else { throw damaged }
        guard !header.contains("'fortran_order': True") else {
            throw problem(path, "is in Fortran order; save it by numpy.ascontiguousarray")
        }
        guard ["<f4", "<f8"].contains(kind) else {
            throw problem(path, "expected values of the type float32 or float64, found \"\(kind)\"")
        }
        guard shape.count == 2 else {
            throw problem(path, "expected an array of two dimensions, rows by values, found \(shape.count)")
        }
        let size = kind == "<f4" ? 4 : 8, (count, isTooLarge) = shape[0].multipliedReportingOverflow(by: shape[1])
        guard !isTooLarge, count <= (bytes.count - start) / size, bytes.count == start + count * size else {
            throw problem(path, "expected \(shape[0])×\(shape[1]) values, found \((bytes.count - start) / size); save it again")
        }
        let result = Tensor(uninitialized: shape), to = result.mutablePointer
        for index in 0..<count {
            let place = start + index * size
            to[index] =
                size == 4
                ? bytes.loadUnaligned(fromByteOffset: place, as: Float.self)
                : Float(bytes.loadUnaligned(fromByteOffset: place, as: Double.self))
        }
        return result
    }

    private static func quoted(after key: String, in header: String) -> String? {
        guard let place = header.range(of: key) else { return nil }
        let parts = header[place.upperBound...].split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1]) : nil
    }

    private static func shape(in header: String) -> [Int]? {
        guard let place = header.range(of: "'shape':"), let open = header[place.upperBound...].firstIndex(of: "("),
            let close = header[open...].firstIndex(of: ")")
        else { return nil }
        let words = header[header.index(after: open)..<close].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let numbers = words.filter { !$0.isEmpty }.map { Int($0) }
        guard numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
        return numbers.map { $0! }
    }

    // MARK: Text

    private static func text(_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Tensor {
        let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var values: [Float] = [], width = 0, rows = 0
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == "," || $0 == ";" || $0.isWhitespace }
            guard !words.isEmpty else { continue }
            if rows == 0 { width = words.count }
            guard words.count == width else {
                throw problem(path, "line \(index + 1): expected \(width) values as in the first row, found \(words.count)")
            }
            for word in words {
                guard let value = Float(word) else {
                    throw problem(
                        path,
                        "line \(index + 1): expected a number, found \"\(FileError.printable(String(word.prefix(20))))\"; rows of numbers "
                            + "without a header, or a NumPy array (.npy), can be read")
                }
                values.append(value)
            }
            rows += 1
        }
        guard rows > 0 else { throw problem(path, "holds no rows; expected one for each frame, 25 a second") }
        return Tensor(values, [rows, width])
    }
}
