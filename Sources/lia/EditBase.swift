import ArgumentParser

/// What an edit starts from, as people write it.
enum EditBase: String, ExpressibleByArgument, CaseIterable {
    /// The picture's or frame's own motion.
    case own
    /// The canonical pose, where all magnitudes are 0.
    case zero
}
