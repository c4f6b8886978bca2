import Files
import Foundation
import Tensors

/// Numbers over time, a row for each moment, as files hold them.
public struct FeatureTable {
    /// (rows, columns).
    public let values: Tensor
    /// What the columns are.
    public let columns: [String]
    public let rowsPerSecond: Double

    public init(values: Tensor, columns: [String], rowsPerSecond: Double) {
        precondition(values.shape.count == 2 && values.shape[1] == columns.count, "\(values.shape) for \(columns.count) columns")
        (self.values, self.columns, self.rowsPerSecond) = (values, columns, rowsPerSecond)
    }

    /// A kind of file, by its extension.
    public enum Format: String, CaseIterable {
        /// NumPy's, two-dimensional, float32.
        case npy
        /// A line a row, with commas between numbers and no head.
        case csv
        /// An object of `frames_per_second`, `columns` and `rows`.
        case json

        /// - Throws: `FileError` (output) for another extension.
        public init(path: String) throws {
            let ending = (path as NSString).pathExtension.lowercased()
            guard let format = Format(rawValue: ending) else {
                var error = FileError(
                    .output, path,
                    "expected a name that ends in .npy, .csv or .json, found \(ending.isEmpty ? "none of them" : "." + ending)")
                error.isOfTheName = true
                throw error
            }
            self = format
        }
    }

    /// - Throws: `FileError` (output).
    public func write(to path: String, overwrite: Bool) throws {
        let bytes: [UInt8]
        switch try Format(path: path) {
        case .npy: bytes = array
        case .csv: bytes = Array(rows.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined().utf8)
        case .json: bytes = try json
        }
        try StagedOutput.write(bytes, to: path, overwrite: overwrite)
    }

    private var rows: [ArraySlice<Float>] {
        let all = values.values, width = columns.count
        return (0..<values.shape[0]).map { all[$0 * width..<($0 + 1) * width] }
    }

    /// The bytes of an .npy file, version 1.0: magic, the length of the head, the head in Python's spelling, filled up to a multiple of 64.
    private var array: [UInt8] {
        var head = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.shape[0]), \(values.shape[1])), }"
        let beginning = 10
        head += String(repeating: " ", count: 63 - (beginning + head.utf8.count) % 64) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes += [UInt8(head.utf8.count & 0xff), UInt8(head.utf8.count >> 8)] + Array(head.utf8)
        for value in values.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return bytes
    }

    private struct Content: Encodable {
        let framesPerSecond: Double
        let columns: [String]
        let rows: [[Float]]

        enum CodingKeys: String, CodingKey {
            case columns, rows
            case framesPerSecond = "frames_per_second"
        }
    }

    private var json: [UInt8] {
        get throws {
            try ReportText.json(
                Content(framesPerSecond: rowsPerSecond, columns: columns, rows: rows.map { Array($0) }), isOneLine: true)
        }
    }
}
