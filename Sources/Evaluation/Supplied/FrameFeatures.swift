import Foundation

/// Features of a clip's frames, as they are cached.
struct FrameFeatures: Codable {
    /// The features of each frame, one after another, float32.
    private var bytes = Data()
    /// How many frames a still picture stands for.
    private var repeats = 1

    /// - Parameter isSame: whether they are the features of the last frame again; then all frames are alike.
    mutating func add(_ features: [Float], isSame: Bool) {
        if isSame { repeats += 1 } else { features.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    }

    /// Counts them all.
    func add(to statistics: inout FeatureStatistics) {
        let values = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
            count = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer)) / 4
        }
        statistics.add(values, repeats: repeats)
    }
}
