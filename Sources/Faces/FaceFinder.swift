import Files
import Foundation
import Media

/// Finds the faces of a picture: two detectors propose, two landmark networks confirm.
public final class FaceFinder: Sendable {
    public let shortRange, fullRange: FaceDetector
    public let mesh, attention: FaceMesh

    /// The files of the networks, as MediaPipe names them.
    public static let fileNames = [
        "face_detection_short_range.tflite", "face_detection_full_range_sparse.tflite", "face_landmark.tflite",
        "face_landmark_with_attention.tflite",
    ]
    /// The folder among those of models that holds the networks' files.
    public static let folderName = "faces"
    /// What brings the networks' files.
    public static let command = "Tools/install-dependencies --faces"

    /// Reads the networks of a folder.
    ///
    /// - Throws: `FileError` (input) when a file is absent, which names the command that brings it, damaged, or another network.
    public init(folder: String) throws {
        let networks = try Self.fileNames.map { name in
            let path = (folder as NSString).appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: path) else { throw Self.absent(path) }
            return try GraphNetwork(path: path)
        }
        shortRange = try FaceDetector(networks[0], range: .short)
        fullRange = try FaceDetector(networks[1], range: .full)
        mesh = try FaceMesh(networks[2], hasAttention: false)
        attention = try FaceMesh(networks[3], hasAttention: true)
    }

    /// Reads the networks of the first of some folders of models that has them.
    ///
    /// - Throws: `FileError` as `init(folder:)`.
    public convenience init(amongModels folders: [String]) throws {
        guard let folder = Self.folder(amongModels: folders) else { throw Self.absent() }
        try self.init(folder: folder)
    }

    /// The first folder of networks in some folders of models; nil where there is none.
    public static func folder(amongModels folders: [String]) -> String? {
        folders.map { ($0 as NSString).appendingPathComponent(folderName) }.first { folder in
            fileNames.contains { FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent($0)) }
        }
    }

    /// What is thrown where a file of the networks is absent: it names the command that brings them.
    public static func absent(_ path: String = folderName) -> FileError {
        FileError(.input, path, "the networks that find faces are not here; '\(command)' in the checkout brings them")
    }

    /// The faces of a picture, largest box first.
    ///
    /// - Parameter small: whether small faces are looked for part by part even where large ones were found, as in pictures of groups.
    public func faces(in picture: Picture, small: Bool = false) -> [Face] {
        var found: [Face] = []
        let candidates = shortRange.faces(in: picture) + fullRange.faces(in: picture)
        confirm(candidates, in: picture, &found)
        if small || found.isEmpty, max(picture.width, picture.height) >= 384 {
            confirm(Self.tiles(picture).flatMap { fullRange.faces(in: picture, square: $0) }, in: picture, &found)
        }
        return found.sorted { $0.box.area > $1.box.area }
    }

    /// Adds the candidates that are faces, best score first, unless they lie on one found before.
    private func confirm(_ candidates: [FaceDetection], in picture: Picture, _ found: inout [Face]) {
        for candidate in candidates.sorted(by: { $0.score > $1.score }) where !found.contains(where: { $0.box.covers(candidate.box) }) {
            let first = mesh.look(at: picture, candidate.rectangle)
            guard first.presence >= 0.5 else { continue }
            // The second look has the square of the first one's landmarks.
            let second = attention.look(at: picture, first.next), presence = min(first.presence, second.presence)
            guard presence >= 0.5, !found.contains(where: { $0.box.covers(FaceBox(second.landmarks)) }) else { continue }
            found.append(Face(landmarks: second.landmarks, score: candidate.score, presence: presence))
        }
    }

    /// Squares of half the longer side, each half over its neighbor, that cover the picture.
    package static func tiles(_ picture: Picture) -> [FaceRectangle] {
        let side = (max(picture.width, picture.height) + 1) / 2
        func middles(_ extent: Int) -> [Float] {
            guard extent > side else { return [Float(extent) / 2] }
            let steps = (2 * (extent - side) + side - 1) / side
            return (0...steps).map { Float(side) / 2 + Float(extent - side) * Float($0) / Float(steps) }
        }
        return middles(picture.height).flatMap { y in
            middles(picture.width).map { FaceRectangle(x: $0, y: y, side: Float(side), angle: 0) }
        }
    }

    /// The landmarks of a face that was near: its square of the frame before, by the network with attention alone; nil where it is gone.
    public func follow(_ face: Face, in picture: Picture) -> Face? {
        let look = attention.look(at: picture, face.next)
        return look.presence >= 0.5 ? Face(landmarks: look.landmarks, score: face.score, presence: look.presence) : nil
    }
}
