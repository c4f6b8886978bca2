import CKernels
import Foundation
import Tensors

/// The weights of a convolution and, cached, the orders in which the fast paths read them: each order is made when it is first needed, so
/// that weights that do not change, as in animation, are ordered once.
public final class ConvolutionWeights: @unchecked Sendable {
    /// (O, C, k, k), or with a leading 1.
    public let tensor: Tensor
    /// A factor on all of them, such as 1/√fan-in of an equalized learning rate.
    public let gain: Float
    /// The weights that `tensor` is a copy of with zeros around them; nil if it is no copy. No gradient flows to them.
    let rectangle: Tensor?
    let outputs, channels, kernel: Int
    /// The places in the kernel, k·row + column, that may differ from zero.
    let places: [Int]
    private let lock = NSLock()
    private var orders: [Order: Tensor] = [:]
    private var transformed: [Transformation: Tensor] = [:]
    private var transformedByFourier: Tensor?

    public init(_ tensor: Tensor, gain: Float = 1) {
        let shape = tensor.shape
        precondition(shape.count >= 4 && shape[shape.count - 1] == shape[shape.count - 2], "weight \(shape)")
        self.tensor = tensor
        self.gain = gain
        rectangle = nil
        (outputs, channels, kernel) = (shape[shape.count - 4], shape[shape.count - 3], shape[shape.count - 1])
        places = Array(0..<kernel * kernel)
    }

    /// Weights of a kernel that need not be square. If it is not, they are copied to the middle of a square of zeros, which the sums leave
    /// out; then they have no gradient.
    ///
    /// - Parameter tensor: (O, C, rows, columns), both odd unless they are equal.
    public init(rectangular tensor: Tensor) {
        let (rows, columns) = (tensor.shape[2], tensor.shape[3]), side = max(rows, columns)
        precondition(rows == columns || rows % 2 == 1 && columns % 2 == 1, "weight \(tensor.shape)")
        let (top, left) = ((side - rows) / 2, (side - columns) / 2)
        (outputs, channels, kernel, gain) = (tensor.shape[0], tensor.shape[1], side, 1)
        let places = (0..<rows * columns).map { side * (top + $0 / columns) + left + $0 % columns }
        self.places = places
        rectangle = rows == columns ? nil : tensor
        guard rows != columns else {
            self.tensor = tensor
            return
        }
        let square = Tensor(zeros: [outputs, channels, side, side])
        for kernel in 0..<outputs * channels {
            for (index, place) in places.enumerated() {
                square.mutablePointer[kernel * side * side + place] = tensor.pointer[kernel * rows * columns + index]
            }
        }
        keepAlive(tensor)
        self.tensor = square
    }

    /// See `FourierConvolution.transformed`.
    func fourier() -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let transformedByFourier { return transformedByFourier }
        let result = FourierConvolution.transformed(
            tensor, outputs: outputs, channels: channels, kernel: kernel, planes: 1, gain: gain)
        tensor.releasePages()
        transformedByFourier = result
        return result
    }

    /// An order of the weights: for each block of results, each grid, each operand (or pair of operands) and each tap of the grid, the
    /// block's weights side by side; in tiles, for each block and grid a tile of products at a time, result by result.
    struct Order: Hashable {
        /// Whether the results are the channels of the input, as in the gradient.
        let isAdjoint: Bool
        /// For each grid the places in the kernel, k·row + column.
        let taps: [[Int]]
        let products: TapProducts
    }

    /// The weights times the gain in an order: (blocks, products of all grids, results of a block), with zeros that fill up the last block
    /// and the last tile of each grid.
    func packed(_ order: Order) -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let known = orders[order] { return known }
        let (results, operands) = order.isAdjoint ? (channels, outputs) : (outputs, channels)
        let area = kernel * kernel, products = order.products, block = products.block
        let blocks = (results + block - 1) / block
        let steps = products.planes(operands)
        let total = order.taps.reduce(0) { $0 + products.room($1.count * steps) }
        let packed = Tensor(uninitialized: [blocks, total, block])
        let (from, to) = (tensor.pointer, packed.mutablePointer)
        let (resultStep, operandStep) = order.isAdjoint ? (area, channels * area) : (channels * area, area)
        let (taps, gain) = (order.taps, gain)
        Parallel.forEach(blocks) { index in
            var place = to + index * total * block
            let count = min(block, results - index * block)
            var words = [UInt32](repeating: 0, count: block)
            for grid in taps where products.isPaired {
                let room = products.room(grid.count * steps) * block
                place.update(repeating: 0, count: room)
                let values = UnsafeMutableRawPointer(place).assumingMemoryBound(to: UInt32.self)
                for step in 0..<steps {
                    let own = from + index * block * resultStep + 2 * step * operandStep
                    let second = 2 * step + 1 < operands ? own + operandStep : nil
                    for (number, tap) in grid.enumerated() {
                        kernel_copy_paired(&words, own + tap, second.map { $0 + tap }, count, resultStep, gain, gain)
                        let product = step * grid.count + number
                        for result in 0..<count {
                            values[products.place(product: product, result: result)] = words[result]
                        }
                    }
                }
                place += room
            }
            for grid in taps where products == .float32 {
                for operand in 0..<operands {
                    let own = from + index * block * resultStep + operand * operandStep
                    for tap in grid {
                        for result in 0..<count { place[result] = own[result * resultStep + tap] * gain }
                        for result in count..<block { place[result] = 0 }
                        place += block
                    }
                }
            }
        }
        tensor.releasePages()
        orders[order] = packed
        return packed
    }

    /// How Winograd's ways transform 3×3 weights.
    struct Transformation: Hashable {
        enum Kind {
            /// To 36 values, G·g·Gᵀ.
            case winograd
            /// The same where the results are the channels of the input and the kernel is turned by 180°, as in the gradient.
            case adjointWinograd
            /// To the 81 values of `PolyphaseConvolution`.
            case polyphase
        }

        let kind: Kind
        /// What the values are multiplied as: float32 or pairs.
        var products = TapProducts.float32
    }

    /// 3×3 weights times the gain, transformed: (values, blocks, operands or pairs of them, `TAP_BLOCK`), with zeros that fill up the last
    /// block.
    func transformed(_ transformation: Transformation) -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let known = transformed[transformation] { return known }
        let isAdjoint = transformation.kind == .adjointWinograd, isPolyphase = transformation.kind == .polyphase
        let transform = isPolyphase ? kernel_polyphase_weights! : kernel_winograd_weights!, count = isPolyphase ? 81 : 36
        let (results, operands) = isAdjoint ? (channels, outputs) : (outputs, channels)
        let (resultStep, operandStep) = isAdjoint ? (9, channels * 9) : (channels * 9, 9)
        let block = Int(TAP_BLOCK), blocks = (results + block - 1) / block, gain = gain
        let products = transformation.products, planes = products.planes(operands)
        let result = Tensor(uninitialized: [count, blocks, planes, block])
        let (from, to) = (tensor.pointer, result.mutablePointer)
        // 64 operands at a time: the values of a weight lie powers of two apart, which caches hold badly.
        let together = 64, step = together * block + WinogradConvolution.pad
        Parallel.forEach(blocks) { index in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: count * step) { scratch in
                let values = scratch.baseAddress!
                for first in stride(from: 0, to: operands, by: together) {
                    let own = min(together, operands - first)
                    for operand in 0..<own {
                        transform(
                            values + operand * block, step,
                            from + index * block * resultStep + (first + operand) * operandStep, resultStep,
                            min(block, results - index * block), isAdjoint ? 1 : 0, gain)
                    }
                    for k in 0..<count {
                        let place = to + ((k * blocks + index) * planes + products.planes(first)) * block, from = values + k * step
                        guard products.isPaired else {
                            place.update(from: from, count: own * block)
                            continue
                        }
                        let words = UnsafeMutableRawPointer(place).assumingMemoryBound(to: UInt32.self)
                        for pair in 0..<products.planes(own) {
                            let first = from + 2 * pair * block
                            kernel_copy_paired(words + pair * block, first, 2 * pair + 1 < own ? first + block : nil, block, 1, 1, 1)
                        }
                    }
                }
            }
        }
        tensor.releasePages()
        transformed[transformation] = result
        return result
    }
}
