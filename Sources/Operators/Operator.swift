import Tensors

/// The operators by name. `run` is the one way in which each of them runs: it notes the application in the profile, keeps the tensors in
/// memory meanwhile, and tells the tape the gradient, or refuses where there is none.
public enum Operator: String, CaseIterable, Sendable {
    case activation
    case affineSampling = "affine sampling"
    case bias
    case bilinearResizing = "bilinear resizing"
    case blur
    case channelBlending = "channel blending"
    case channelNormalization = "channel normalization"
    case channelScale = "channel scale"
    case channelWarp = "channel warp"
    case channelsFirst = "channels first"
    case channelsLast = "channels last"
    case concatenation
    case convolution
    case demodulation
    case depthToSpace = "depth to space"
    case depthwiseConvolution = "depthwise convolution"
    case differences
    case enlargedConvolution = "enlarged convolution"
    case enlargement
    case gaussianHeatmap = "Gaussian heatmap"
    case gelu = "GELU"
    case gridSampling = "grid sampling"
    case l1Loss = "L1 loss"
    case linear
    case longShortTermMemory = "LSTM"
    case maximumPooling = "maximum pooling"
    case meanPooling = "mean pooling"
    case minibatchDeviation = "minibatch deviation"
    case motionCombination = "motion combination"
    case motionField = "motion field"
    case nearestEnlargement = "nearest enlargement"
    case normalization
    case orthogonalization
    case padding
    case parametricReLU = "parametric ReLU"
    case planeProduct = "plane product"
    case pointMotions = "point motions"
    case product
    case projection
    case repetition
    case residualWarp = "residual warp"
    case responseNormalization = "response normalization"
    case scaling
    case selection
    case sigmoid
    case similarityLoss = "similarity loss"
    case smallInverse = "2×2 inverse"
    case smallProduct = "2×2 product"
    case softArgmax = "soft argmax"
    case softplusLoss = "softplus loss"
    case sparseMotions = "sparse motions"
    case spatialModulation = "spatial modulation"
    case spectralNormalization = "spectral normalization"
    case splineJacobians = "spline Jacobians"
    case splinePoints = "spline points"
    case squaredLoss = "squared loss"
    case subtraction
    case sum
    case upsampling
    case upsamplingConvolution = "upsampling convolution"
    case volumeConvolution = "volume convolution"
    case volumeSampling = "volume sampling"
    case warp
    case weightEnergy = "weight energy"
    case weightedSum = "weighted sum"
    case windowMaximum = "window maximum"
    case windowMean = "window mean"

    /// Whether gradients flow through it. One without refuses an input that a tape watches.
    public var hasGradient: Bool {
        switch self {
        case .affineSampling, .channelNormalization, .depthToSpace, .enlargedConvolution, .enlargement, .gelu, .longShortTermMemory,
            .motionField, .pointMotions, .responseNormalization, .spatialModulation, .volumeConvolution, .volumeSampling,
            .windowMaximum:
            false
        default: true
        }
    }

    /// Runs one application that makes one tensor.
    ///
    /// - Parameters:
    ///   - inputs: what gradients flow to; nil for an optional input that is absent.
    ///   - constants: what is read besides. No gradient flows to it, so that no tape may watch it.
    ///   - detail: what the profile adds to the name; where nil, channels and size of the result.
    ///   - operations: floating-point operations, a multiplication and an addition counted as two; where nil, one for each value.
    ///   - backward: the gradients of `inputs`, nil where none flows, from that of the result and the result.
    func run(
        on inputs: [Tensor?], constants: [Tensor?] = [], detail: @autoclosure () -> String? = nil, operations: Int? = nil,
        forward: () throws -> Tensor, backward: ((_ gradient: Tensor, _ result: Tensor) -> [Tensor?])? = nil
    ) rethrows -> Tensor {
        try run(
            on: inputs, constants: constants, detail: detail(), operations: operations, outputs: { [$0] }, forward: forward,
            backward: backward.map { backward in { gradients, result in backward(gradients[0]!, result) } })
    }

    /// Runs one application that makes several tensors.
    ///
    /// - Parameters:
    ///   - outputs: the tensors of a result, in the order of the gradients that `backward` is given.
    ///   - backward: is given for each output its gradient, nil where none arrives; one at least does.
    func run<Result>(
        on inputs: [Tensor?], constants: [Tensor?] = [], detail: @autoclosure () -> String? = nil, operations: Int? = nil,
        outputs: (Result) -> [Tensor], forward: () throws -> Result,
        backward: ((_ gradients: [Tensor?], _ result: Result) -> [Tensor?])?
    ) rethrows -> Result {
        precondition(hasGradient == (backward != nil), "whether \(rawValue) has a gradient is said in two ways")
        if Tape.current != nil { refuseTracked(inputs, constants) }
        let mark = OperatorProfile.begin()
        let result: Result
        do {
            result = try forward()
        } catch {
            mark?.cancel()
            throw error
        }
        if let mark {
            let made = outputs(result)
            let values = (inputs + constants + made).reduce(0) { $0 + ($1?.count ?? 0) }
            let detail = detail() ?? Self.measures(made[0])
            mark.end(
                detail.isEmpty ? rawValue : "\(rawValue) \(detail)", operations: operations ?? made.reduce(0) { $0 + $1.count },
                values: values)
        }
        if let backward, Tape.current != nil { Tape.record(outputs(result), from: inputs) { backward($0, result) } }
        withExtendedLifetime((inputs, constants)) {}
        return result
    }

    /// Ends the program where a tape watches what no gradient flows to. An optimized build shows no message of a failed precondition.
    private func refuseTracked(_ inputs: [Tensor?], _ constants: [Tensor?]) {
        if !hasGradient, inputs.contains(where: Tape.tracks) {
            fatalError("the operator \"\(rawValue)\" has no gradient, but a tape watches its input; pass `detached` if none is wanted")
        }
        if constants.contains(where: Tape.tracks) {
            fatalError(
                "the operator \"\(rawValue)\" passes no gradient to one of its inputs, but a tape watches it; "
                    + "pass `detached` if none is wanted")
        }
    }

    /// "64, 32×32" for (N, 64, 32, 32).
    private static func measures(_ tensor: Tensor) -> String {
        let (channels, plane) = (tensor.shape.dropFirst().prefix(1), tensor.shape.dropFirst(2))
        return [channels, plane].filter { !$0.isEmpty }.map { $0.map(String.init).joined(separator: "×") }.joined(separator: ", ")
    }
}

extension Tensor {
    /// Samples, channels and the values of each plane of (N, C, …), with any number of axes after the first two.
    var planar: (samples: Int, channels: Int, size: Int) {
        precondition(shape.count >= 2, "\(shape) has no axis of channels")
        return (shape[0], shape[1], shape.dropFirst(2).reduce(1, *))
    }
}
