import Faces
import Foundation
import Media
import ModelLibrary
import TestSupport
import Tensors
import Testing

/// The four networks where the program looks for them.
enum FaceNetworks {
    static let arePresent = FaceFinder.folder(amongModels: ModelLocator.folders) != nil
    static let absence: Comment = "the networks that find faces are not here; 'Tools/install-dependencies --faces' brings them"
    private static let loaded = Result { try FaceFinder(amongModels: ModelLocator.folders) }

    static func finder() throws -> FaceFinder { try loaded.get() }

    static func network(_ name: String) throws -> GraphNetwork {
        let folder = try #require(FaceFinder.folder(amongModels: ModelLocator.folders))
        return try GraphNetwork(path: folder + "/" + name)
    }

    /// A picture of the vectors.
    static func picture(_ name: String, _ vectors: ReferenceVectors) throws -> Picture {
        let levels = try vectors("picture/\(name)").values
        return Picture(width: 256, height: 256) { pixels in
            for p in 0..<256 * 256 { for channel in 0..<3 { pixels[3 * p + channel] = UInt8(levels[channel * 256 * 256 + p]) } }
        }
    }

    /// Levels pixel by pixel as planes, (3, side, side).
    static func planes(_ levels: [UInt8], side: Int) -> Tensor {
        let result = Tensor(uninitialized: [3, side, side]), size = side * side
        for pixel in 0..<size {
            for channel in 0..<3 { result.mutablePointer[channel * size + pixel] = Float(levels[3 * pixel + channel]) }
        }
        return result
    }

    /// Planes of levels as a network takes them.
    static func input(_ levels: Tensor, scale: Float, offset: Float) -> Tensor {
        Tensor(levels.values.map { $0 * scale + offset }, [1] + levels.shape.suffix(3))
    }
}
