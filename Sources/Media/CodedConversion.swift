import CColor
import Foundation

/// Brings colors of a code to sRGB, by tables.
final class CodedConversion {
    private let transform: OpaquePointer

    /// - Parameters:
    ///   - matrix: from the code's linear colors to those of sRGB, row by row.
    ///   - luminance: of the code's red, green and blue.
    init?(_ curve: CodedTransfer, matrix: [Double], luminance: [Double]) {
        guard let made = color_make_coded(curve, matrix, luminance) else { return nil }
        transform = made
    }

    deinit { free(UnsafeMutableRawPointer(transform)) }

    /// - Parameters:
    ///   - source: `count` pixels of RGB, from 0 to 65535.
    ///   - target: gets `count` pixels of RGB, from 0 to 255.
    func convert(_ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<UInt8>, count: Int) {
        color_convert_coded(transform, source, target, count)
    }
}
