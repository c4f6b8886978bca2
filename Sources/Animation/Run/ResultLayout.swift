import Faces
import Media
import Networks
import Tensors

/// How large the result is, and how large portraits are made for it.
struct ResultLayout {
    /// Portraits that are pasted back are made at the scale of their pictures, up to so many pixels a side.
    private static let largestPatch = 2048

    /// The side of a result that is the square alone, in pixels.
    ///
    /// - Parameters:
    ///   - requested: nil for what suits the source.
    ///   - width: of the source's first frame, in pixels; likewise the height.
    static func squareSide(_ plan: CropPlan, _ model: PortraitModel, requested: Int?, width: Int, height: Int) -> Int {
        let cut = plan.tracks.first.map { plan.warpSide ?? max(2, Int($0.square($0.firstSeen).side.rounded())) }
        return requested ?? model.defaultSide(width: cut ?? width, height: cut ?? height, cut == nil ? plan.fit : .crop)
    }

    /// The side of the portrait of what was cut to be pasted back, in pixels.
    static func patchSide(of cut: Picture) -> Int { min(cut.width, largestPatch) }

    /// Whether portraits stand in their source's picture.
    let pastes: Bool
    /// Whether they were cut by an affine warp.
    let warps: Bool
    /// Of the result, in pixels.
    let width, height: Int

    /// - Parameters:
    ///   - sourceWidth: of the source's first frame, in pixels; likewise the height.
    ///   - square: the side of the first square that is cut; nil where the whole picture is fitted.
    init(_ context: AnimationContext, _ plan: CropPlan, pastes: Bool, sourceWidth: Int, sourceHeight: Int) throws {
        (self.pastes, warps) = (pastes, plan.warpSide != nil)
        guard pastes else {
            width = Self.squareSide(
                plan, context.model, requested: context.job.outputSize, width: sourceWidth, height: sourceHeight)
            height = width
            return
        }
        // Films have even sides; the last column and row are left out, so that no pixel moves.
        let step = try VideoWriter.carriesAudio(context.job.output) ? 2 : 1
        (width, height) = (sourceWidth / step * step, sourceHeight / step * step)
    }

    /// The side of the portrait of what was cut, in pixels.
    func side(of cut: Picture) -> Int { pastes ? Self.patchSide(of: cut) : width }

    /// A generated square as large as the result.
    func square(_ generated: Tensor) -> Picture {
        let picture = Picture(generated)
        return picture.width == width ? picture : picture.resized(width: width, height: height)
    }

    /// A picture as large as the result, its right and lower edge left out.
    func trimmed(_ picture: Picture) -> Picture {
        guard picture.width != width || picture.height != height else { return picture }
        guard picture.width >= width, picture.height >= height else { return picture.resized(width: width, height: height) }
        return picture.part(left: 0, top: 0, width: width, height: height)
    }
}
