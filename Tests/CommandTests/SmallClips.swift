import Foundation
import TestSupport
import Training

/// Prepared data for the tests of training.
enum SmallClips {
    /// Writes three clips of six frames each, 32 px, of three people.
    static func write(to path: String) throws {
        let writer = try DatasetWriter(path: path, size: 32)
        for clip in 0..<3 {
            writer.begin(name: "clip\(clip)", identity: "person\(clip)", source: "clip\(clip).mp4", kind: .video)
            for frame in 0..<6 {
                try writer.append(Samples.picture(width: 32, height: 32, shift: 0.1 * sin(Double(frame + clip))))
            }
            writer.end(framesPerSecond: 25)
        }
        _ = try writer.finish()
    }
}
