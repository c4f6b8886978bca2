import Networks
import Tensors

/// Batches as they are written for those who compute the losses elsewhere (Tools/training/train_torch.py).
extension LIATask {
    public func written(_ batch: LIABatch) -> [(name: String, tensor: Tensor)] {
        let (losses, data, size) = (configuration.losses, configuration.data, batch.frames.shape[2])
        var sides = [8]
        while sides.last! < size { sides.append(2 * sides.last!) }
        let targets = KnownFlowTargets(
            batch, sides: sides, groupSize: data.groupSize, moving: Float(losses.flowMoving), expressive: Float(losses.flowExpressive))
        let reading = ReadingTargets(batch, knownDirections, count: configuration.network.directions)
        func numbers(_ values: [Int]) -> Tensor { Tensor(values.map(Float.init), [values.count]) }
        func rows(_ values: [[Float]], _ width: Int) -> Tensor { Tensor(values.flatMap { $0 }, [values.count, width]) }
        let given = given(batch).map { [Float($0.frame), Float($0.direction), $0.magnitude] }
        func squares(of frames: Set<Int>? = nil, _ square: (FaceRegions) -> FaceRegions.Square?) -> Tensor {
            rows(
                batch.regions.enumerated().compactMap { frame, regions in
                    guard frames?.contains(frame) ?? true else { return nil }
                    return regions.flatMap(square).map { [Float(frame), $0.center.x, $0.center.y, $0.reach] }
                }, 4)
        }
        let known = zip(sides, zip(targets.flows, targets.weights)).flatMap { side, level in
            [(name: "flow.\(side)", tensor: level.0), (name: "flow_weights.\(side)", tensor: level.1)]
        }
        return known + [
            ("frames", batch.frames), ("sources", numbers(batch.sources)), ("drivings", numbers(batch.drivings)),
            ("references", numbers(batch.references)), ("given", rows(given, 3)),
            ("moving", MovingWeights.weights(batch.frames, sources: batch.sources)), ("mask", targets.mask), ("opened", targets.opened),
            ("reading", reading.magnitudes), ("reading_mask", reading.mask), ("emphases", reading.emphases), ("eyes", squares(\.eyes)),
            ("mouth", squares(\.mouth)), ("opened_mouth", squares(of: targets.openedFrames, \.mouth)), ("face", squares(\.face)),
        ]
    }

    public var constants: [(name: String, tensor: Tensor)] {
        let features = (perceptual as? SubstituteLoss)?.features.kernels ?? []
        var all = features.enumerated().map { (name: "features.\($0)", tensor: $1) }
        if let mesh {
            all += [("mesh.weights", mesh.weights), ("mesh.lines", mesh.openings.lines), ("mesh.line_weights", mesh.openings.weights)]
        }
        return all
    }
}
