import Checkpoints
import Operators
import Tensors

/// Makes the steps of a network from a graph's operators, and checks that they fit together.
struct GraphPlan {
    let file: GraphFile
    private(set) var steps: [GraphStep] = []
    /// The shapes of what is computed, (N, C, H, W) where there are four axes.
    private(set) var shapes: [Int: [Int]] = [:]
    /// Constants that were widened or filled up, in the file's order of axes.
    private var constants: [Int: Tensor] = [:]
    private var operations = 0
    /// Values of the constants read so far, one read several times counted each time.
    private var held = 0
    /// Regions whose place was computed so far.
    private var regions = 0

    /// Multiplications and additions that a network may take for one picture: a hundred times what the largest of the four takes.
    private static let mostOperations = 1 << 35
    /// 256 MB of constants.
    private static let mostHeld = 1 << 26

    init(_ file: GraphFile) { self.file = file }

    /// The tensor that the network takes.
    mutating func input() throws -> Int {
        guard file.inputs.count == 1, let index = file.inputs.first, file.tensors[index].shape.count == 4, file.tensors[index].shape[0] == 1
        else { throw GraphMisfit("expected a network of one picture") }
        shapes[index] = planes(file.tensors[index].shape)
        return index
    }

    func outputs() throws -> [(name: String, index: Int)] {
        try file.outputs.map { index in
            guard shapes[index] != nil else { throw GraphMisfit("never computes tensor \(index), one of its outputs") }
            return (file.tensors[index].name, index)
        }
    }

    mutating func add(_ node: GraphOperator, at index: Int) throws {
        do {
            guard node.outputs.count == 1, let output = node.outputs.first, shapes[output] == nil, !file.tensors[output].isConstant else {
                throw GraphMisfit("expected one output that nothing else makes")
            }
            try add(node, output)
        } catch let error as GraphMisfit {
            throw GraphMisfit("operator \(index) (\(node.kind.name)): \(error.problem)")
        }
    }

    private mutating func add(_ node: GraphOperator, _ output: Int) throws {
        switch node.kind {
        case .dequantization, .densification:
            let source = try node.single()
            guard let constant = try constant(source), constant.shape == file.tensors[output].shape else {
                throw GraphMisfit("expected a constant of the same shape")
            }
            constants[output] = constant
        case .convolution(let window, let isRectified): try addConvolution(node, output, window, isRectified)
        case .depthwiseConvolution(let window, let isRectified): try addDepthwise(node, output, window, isRectified)
        case .maximumPooling(let window, let rows, let columns): try addPooling(node, output, window, rows, columns)
        case .addition(let isRectified):
            let (a, b) = try pair(node)
            guard let shape = shapes[a], shapes[b] == shape else { throw GraphMisfit("expected two of one shape") }
            try step([a, b], output, shape) {
                let sum = Sum.forward($0[0], $0[1])
                return isRectified ? Activation.relu.forward(sum) : sum
            }
        case .multiplication(let isRectified): try addMultiplication(node, output, isRectified)
        case .relu:
            let source = try node.single()
            try step([source], output, try shape(source)) { Activation.relu.forward($0[0]) }
        case .parametricReLU:
            let (source, slope) = try pair(node), shape = try planar(source)
            guard let slopes = try constant(slope), slopes.count == shape[1], slopes.shape.last == shape[1] else {
                throw GraphMisfit("expected a slope for each of \(shape[1]) channels")
            }
            try step([source], output, shape) { ParametricRectifier.forward($0[0], slope: slopes) }
        case .padding: try addPadding(node, output)
        case .reshaping:
            guard let source = node.inputs.first.flatMap({ $0 }) else { throw GraphMisfit("expected an input") }
            let (from, to) = (try shape(source), file.tensors[output].shape)
            guard from.reduce(1, *) == to.reduce(1, *) else { throw GraphMisfit("\(from) cannot become \(to)") }
            try step([source], output, planes(to)) {
                let values = from.count == 4 ? ChannelsLast.forward($0[0]) : $0[0]
                return to.count == 4 ? ChannelsFirst.forward(values.reshaped(to)) : values.reshaped(to)
            }
        case .concatenation(let axis): try addConcatenation(node, output, axis)
        case .depthToSpace(let block):
            let source = try node.single(), shape = try planar(source)
            guard (1...16).contains(block), shape[1] % (block * block) == 0 else {
                throw GraphMisfit("\(shape[1]) channels cannot be spread over blocks of \(block)")
            }
            try step([source], output, [shape[0], shape[1] / (block * block), shape[2] * block, shape[3] * block]) {
                DepthToSpace.forward($0[0], block: block)
            }
        case .resizing:
            let (source, sizes) = try pair(node), shape = try planar(source)
            guard let size = file.integers(sizes), size.count == 2, size.allSatisfy({ (1...4096).contains($0) }) else {
                throw GraphMisfit("expected a constant size")
            }
            try step([source], output, [shape[0], shape[1], size[0], size[1]]) {
                BilinearResizing.forward($0[0], height: size[0], width: size[1])
            }
        case .stridedSlice:
            guard node.inputs.count == 4, let source = node.inputs[0], let strides = node.inputs[3].flatMap(file.integers),
                strides.allSatisfy({ $0 == 1 })
            else { throw GraphMisfit("expected constant strides of 1") }
            // With strides of 1, what has the shape of the whole is the whole.
            try step([source], output, try shape(source)) { $0[0] }
        case .custom(let name): try addCustom(name, node, output)
        }
    }

    // MARK: Operators

    private mutating func addConvolution(_ node: GraphOperator, _ output: Int, _ window: GraphWindow, _ isRectified: Bool) throws {
        let (source, weights, bias) = try weighted(node), shape = try planar(source)
        guard weights.shape.count == 4, weights.shape[3] == shape[1], weights.shape[1] == weights.shape[2],
            bias.count == weights.shape[0]
        else { throw GraphMisfit("weights \(weights.shape) and \(bias.count) biases do not fit \(shape)") }
        let kernel = weights.shape[1]
        let (stride, rows, columns, high, wide) = try frame(window, kernel, shape)
        // (O, kh, kw, C) → (O, C, kh, kw)
        let ordered = ConvolutionWeights(ChannelsFirst.forward(weights))
        let epilogue = Epilogue(bias: bias, activation: isRectified ? .relu : .identity)
        let isEven = rows.before == rows.after && columns.before == columns.after && rows.before == columns.before
        try count(high * wide, weights.count)
        try step([source], output, [shape[0], weights.shape[0], high, wide]) {
            isEven
                ? Convolution.forward($0[0], weight: ordered, stride: stride, padding: rows.before, epilogue: epilogue)
                : Convolution.forward(
                    Padding.forward($0[0], rows: rows, columns: columns), weight: ordered, stride: stride, epilogue: epilogue)
        }
    }

    private mutating func addDepthwise(_ node: GraphOperator, _ output: Int, _ window: GraphWindow, _ isRectified: Bool) throws {
        let (source, weights, bias) = try weighted(node), shape = try planar(source)
        guard weights.shape.count == 4, weights.shape[0] == 1, weights.shape[3] == shape[1], weights.shape[1] == weights.shape[2],
            bias.count == shape[1]
        else { throw GraphMisfit("weights \(weights.shape) and \(bias.count) biases do not fit \(shape)") }
        let kernel = weights.shape[1]
        let (stride, rows, columns, high, wide) = try frame(window, kernel, shape)
        let ordered = ChannelsFirst.forward(weights).reshaped([shape[1], 1, kernel, kernel])
        let activation: Activation = isRectified ? .relu : .identity
        try count(high * wide, weights.count)
        try step([source], output, [shape[0], shape[1], high, wide]) {
            DepthwiseConvolution.forward(
                $0[0], weight: ordered, bias: bias, stride: stride, rows: rows, columns: columns, activation: activation)
        }
    }

    private mutating func addPooling(
        _ node: GraphOperator, _ output: Int, _ window: GraphWindow, _ windowRows: Int, _ windowColumns: Int
    ) throws {
        let source = try node.single(), shape = try planar(source)
        guard windowRows == windowColumns else { throw GraphMisfit("windows of \(windowRows)×\(windowColumns) are not square") }
        let (stride, rows, columns, high, wide) = try frame(window, windowRows, shape)
        guard rows.before == columns.before else { throw GraphMisfit("windows reach over rows and columns differently") }
        try count(high * wide, shape[1] * windowRows * windowRows)
        try step([source], output, [shape[0], shape[1], high, wide]) {
            windowRows == 2 && stride == 2 && rows == (0, 0) && columns == (0, 0)
                ? Pooling.max($0[0])
                : WindowPooling.max(
                    $0[0], window: windowRows, stride: stride, padding: rows.before, after: (rows: rows.after, columns: columns.after))
        }
    }

    private mutating func addMultiplication(_ node: GraphOperator, _ output: Int, _ isRectified: Bool) throws {
        let (source, factor) = try pair(node), shape = try shape(source)
        guard let factors = try constant(factor), !isRectified, factors.count == 1 || factors.shape == shape && shape.count != 4 else {
            throw GraphMisfit("expected a constant factor, or one for each value")
        }
        let single = factors.count == 1 ? factors.values[0] : nil
        try step([source], output, shape) { single.map { [x = $0[0]] in Scaling.forward(x, by: $0) } ?? Product.forward($0[0], factors) }
    }

    private mutating func addPadding(_ node: GraphOperator, _ output: Int) throws {
        let (source, amounts) = try pair(node), shape = try planar(source)
        guard let ends = file.integers(amounts), ends.count == 8, ends.allSatisfy({ (0...4096).contains($0) }), ends[0] == 0, ends[1] == 0,
            ends[6] == 0
        else { throw GraphMisfit("expected zeros around rows and columns, or after the channels") }
        let (rows, columns): (Padding.Ends, Padding.Ends) = ((ends[2], ends[3]), (ends[4], ends[5]))
        let result = [shape[0], shape[1] + ends[7], shape[2] + ends[2] + ends[3], shape[3] + ends[4] + ends[5]]
        try step([source], output, result) { Padding.forward($0[0], channels: ends[7], rows: rows, columns: columns) }
    }

    private mutating func addConcatenation(_ node: GraphOperator, _ output: Int, _ axis: Int) throws {
        let sources = node.inputs.compactMap { $0 }, all = try sources.map { try shape($0) }
        guard let first = all.first, sources.count == node.inputs.count, axis == (first.count == 4 ? 3 : 1), first.count >= 2,
            all.allSatisfy({ $0.count == first.count && $0[0] == first[0] && $0[2...] == first[2...] })
        else { throw GraphMisfit("expected parts that differ in axis 1 alone, or in their channels") }
        try step(sources, output, [first[0], all.reduce(0) { $0 + $1[1] }] + first[2...]) { Concatenation.forward($0) }
    }

    /// The three operators of the landmark network with attention, known by name.
    private mutating func addCustom(_ name: String, _ node: GraphOperator, _ output: Int) throws {
        switch name {
        case "Landmarks2TransformMatrix":
            let source = try node.single()
            guard try shape(source) == [1, MeshTopology.meshCount, 3], regions < FaceRegion.all.count else {
                throw GraphMisfit("expected the landmarks of a face, and at most \(FaceRegion.all.count) regions")
            }
            let region = FaceRegion.all[regions]
            regions += 1
            try step([source], output, [1, 4, 4]) { region.map(landmarks: $0[0]) }
        case "TransformTensorBilinear":
            let (source, matrix) = try pair(node), shape = try planar(source), size = FaceRegion.side
            guard shape[0] == 1, try self.shape(matrix) == [1, 4, 4] else { throw GraphMisfit("expected a matrix of 4×4") }
            try step([source, matrix], output, [1, shape[1], size, size]) {
                AffineSampling.forward($0[0], map: $0[1], translation: 3, height: size, width: size)
            }
        case "TransformLandmarks":
            let (source, matrix) = try pair(node), shape = try shape(source)
            guard shape.count == 3, shape[0] == 1, shape[2] == 2, try self.shape(matrix) == [1, 4, 4] else {
                throw GraphMisfit("expected points and a matrix of 4×4")
            }
            try step([source, matrix], output, shape) { FaceRegion.moved($0[0], by: $0[1]) }
        default: throw GraphMisfit("'\(name)' is not known here")
        }
    }

    // MARK: Parts

    private mutating func step(
        _ inputs: [Int], _ output: Int, _ shape: [Int], _ run: @escaping @Sendable ([Tensor]) -> Tensor
    ) throws {
        guard inputs.allSatisfy({ shapes[$0] != nil }) else { throw GraphMisfit("reads what is not computed yet") }
        guard planes(file.tensors[output].shape) == shape else {
            throw GraphMisfit("makes \(shape), but the file states \(planes(file.tensors[output].shape))")
        }
        shapes[output] = shape
        steps.append(GraphStep(inputs: inputs, output: output, run: run))
    }

    private mutating func count(_ pixels: Int, _ weights: Int) throws {
        // Neither is larger than 2²⁶.
        operations += 2 * pixels * weights
        held += weights
        guard operations <= Self.mostOperations, held <= Self.mostHeld else {
            throw GraphMisfit("one too many: the network would take too long")
        }
    }

    /// Step, zeros around rows and columns, and the size of the result of square windows.
    private func frame(
        _ window: GraphWindow, _ side: Int, _ shape: [Int]
    ) throws -> (stride: Int, rows: Padding.Ends, columns: Padding.Ends, high: Int, wide: Int) {
        guard window.rowStep == window.columnStep, (1...64).contains(side) else {
            throw GraphMisfit("windows of \(side) in steps of \(window.rowStep) and \(window.columnStep) are not run here")
        }
        let stride = window.rowStep
        func ends(_ extent: Int) throws -> (Padding.Ends, Int) {
            guard window.isPadded else {
                guard extent >= side else { throw GraphMisfit("windows of \(side) are larger than \(shape)") }
                return ((0, 0), (extent - side) / stride + 1)
            }
            let result = (extent + stride - 1) / stride, zeros = max((result - 1) * stride + side - extent, 0)
            return ((zeros / 2, zeros - zeros / 2), result)
        }
        let (rows, high) = try ends(shape[2]), (columns, wide) = try ends(shape[3])
        return (stride, rows, columns, high, wide)
    }

    /// (N, H, W, C) → (N, C, H, W); other numbers of axes stay.
    private func planes(_ shape: [Int]) -> [Int] { shape.count == 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape }

    private func shape(_ index: Int) throws -> [Int] {
        guard let shape = shapes[index] else { throw GraphMisfit("reads what is not computed yet") }
        return shape
    }

    private func planar(_ index: Int) throws -> [Int] {
        let shape = try shape(index)
        guard shape.count == 4 else { throw GraphMisfit("expected planes, found \(shape)") }
        return shape
    }

    private mutating func constant(_ index: Int) throws -> Tensor? {
        if let known = constants[index] { return known }
        guard file.tensors[index].isConstant else { return nil }
        held += file.tensors[index].count
        guard held <= Self.mostHeld else { throw GraphMisfit("one too many: the constants would take too much memory") }
        return file.constant(index)
    }

    private func pair(_ node: GraphOperator) throws -> (Int, Int) {
        guard node.inputs.count == 2, let a = node.inputs[0], let b = node.inputs[1] else {
            throw GraphMisfit("expected two inputs")
        }
        return (a, b)
    }

    private mutating func weighted(_ node: GraphOperator) throws -> (source: Int, weights: Tensor, bias: Tensor) {
        guard node.inputs.count == 3, let source = node.inputs[0], let second = node.inputs[1], let third = node.inputs[2],
            let weights = try constant(second), let bias = try constant(third)
        else { throw GraphMisfit("expected an input, constant weights and a constant bias") }
        return (source, weights, bias)
    }
}

extension GraphOperator {
    fileprivate func single() throws -> Int {
        guard inputs.count == 1, let input = inputs[0] else { throw GraphMisfit("expected one input") }
        return input
    }
}
