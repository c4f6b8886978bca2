import Faces
import Files
import Media
import Networks
import Tensors

/// From the video of a talking head and features of speech to the same head saying it, by the protocol of DINet's authors (Zhang et al. 2023).
public struct DubbingJob: Sendable {
    /// Path of a video, or of a folder of pictures in the order of their names.
    public var source: String
    /// (N, values), values as the network reads them: a row for each frame of the result, 25 a second.
    public var features: Tensor
    /// Path of the result; its extension chooses the format, and a final "/" makes a folder of PNG frames.
    public var output: String
    /// Path of the source's landmarks in a table of OpenFace; nil to find them.
    public var landmarks: String?
    /// Path of the sound that goes into the result; none where nil.
    public var audio: String?
    /// The reference frames, numbers of the source's frames from 1 in the order in which the network reads them; nil to choose them.
    public var references: [Int]?
    public var blend = DubbingBlend.face
    /// Whether what is finer than the network's pictures is carried over from the first reference, by a network that moves it.
    public var detail = true
    /// The side of the mouth's square that the network was trained for, in pixels, a multiple of 32; nil for what the network says.
    public var mouthSize: Int?
    /// What finds faces, where landmarks are to be found.
    public var supply = FaceSupply.none
    /// Whose mouth is dubbed; one face.
    public var face = FaceChoice.largest
    /// Whether an existing result may be replaced.
    public var overwrite = false

    public init(source: String, features: Tensor, output: String) {
        (self.source, self.features, self.output) = (source, features, output)
    }

    /// Frames of features a second, and of the result.
    public static let framesPerSecond = 25
    /// Rates are one where they differ by less.
    private static let sameRate = 0.01

    /// Whether a source's frames are shown each once: it has the result's rate, or none.
    static func isOwnRate(_ rate: Double) -> Bool { rate <= 0 || abs(rate - Double(framesPerSecond)) < sameRate }

    /// The frame of a source, from 0, that is nearest to the moment of a frame of the result.
    package static func sourceFrame(at place: Int, rate: Double) -> Int {
        isOwnRate(rate) ? place : Int((Double(place) * rate / Double(framesPerSecond)).rounded())
    }

    /// Runs the whole job. Memory does not grow with the length of the video, but for some hundred bytes a frame.
    ///
    /// - Parameter progress: told how far the run is.
    /// - Throws: `FileError`: input that cannot be read or does not fit together, a model that dubs nothing; output that cannot be written.
    ///   What `progress` throws: no output appears then.
    public func run(
        on model: PortraitModel, progress: @escaping (AnimationJob.Progress) throws -> Void = { _ in }
    ) throws -> AnimationReport {
        try DubbingRun(self, model, progress: progress).run()
    }
}
