import Animation
import Media
import Networks
import Tensors

/// A model under evaluation, driven by video.
struct EvaluatedModel {
    let model: PortraitModel
    let network: any VideoDriven
    private let faces: FaceSupply

    /// - Parameter faces: what finds the mouths that the model's refiner paints.
    /// - Throws: `FileError` (input) for a model that video does not drive.
    init(_ model: PortraitModel, faces: FaceSupply) throws { (self.model, network, self.faces) = (model, try model.videoDriven, faces) }

    /// A square picture as the network takes it, resized where it is of another size.
    func input(_ picture: Picture) -> Tensor {
        let size = network.inputSize
        return Tensor(picture.width == size ? picture : picture.resized(width: size, height: size))
    }

    func read(_ picture: Picture) throws -> FrameReading { try network.read(input(picture)) }

    func motion(of picture: Picture) throws -> Tensor { try network.motion(of: input(picture)) }

    /// A square picture as a portrait, with its detail where the model uses it, and its mouth painted where the model has a refiner.
    ///
    /// - Parameter size: of the frames that are to be measured, in pixels.
    func portrait(_ picture: Picture, size: Int) throws -> any EncodedPortrait {
        try model.encode(picture, .crop, side: size, faces: faces)
    }

    /// A frame of the portrait with the given motion, (1, V), as a picture of `size` pixels on a side.
    func frame(_ portrait: any EncodedPortrait, motion: Tensor, size: Int) -> Picture {
        let picture = Picture(portrait.picture(motion))
        return size == picture.width ? picture : picture.resized(width: size, height: size)
    }
}
