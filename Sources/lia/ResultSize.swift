import ArgumentParser

/// The limits of `--size`, the side of a result in pixels.
enum ResultSize {
    /// - Throws: `ValidationError` for a size that videos cannot have or that is out of range.
    static func check(_ size: Int?) throws {
        if let size, !(16...4096).contains(size) || size % 2 != 0 {
            throw ValidationError("--size wants an even number of pixels from 16 to 4096, not \(size).")
        }
    }
}
