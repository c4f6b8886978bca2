extension FixedWidthInteger {
    /// Its bytes, the least significant one first.
    package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
