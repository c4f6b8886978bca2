import CKernels

/// How a convolution by taps multiplies, and with that how its operand and its weights are laid out.
enum TapProducts: Hashable {
    case float32
    /// Two channels in bfloat16 are one value, the even one in its lower half.
    case pairs
    /// Pairs as well, multiplied by tiles of 16 results by 16 products.
    case tiles

    /// The products for these weights: bfloat16 if that is the current precision, no tape records for training, and there are enough
    /// channels to repay the rounding.
    static func chosen(for weights: ConvolutionWeights) -> TapProducts {
        guard Precision.current == .bfloat16, Tape.current == nil, weights.channels >= 16, weights.outputs >= 16 else {
            return .float32
        }
        // A pass reads all taps of a tile's channels.
        return Precision.takesTiles && weights.places.count * Int(TILE) <= Int(TILE_PASS) ? .tiles : .pairs
    }

    var isPaired: Bool { self != .float32 }

    /// How Winograd's ways multiply: in bfloat16 where pairs are faster than float32.
    var ofTransforms: TapProducts { self == .pairs && Precision.hasFastBFloat16 ? .pairs : .float32 }

    /// Planes of an operand with so many channels.
    func planes(_ channels: Int) -> Int { isPaired ? (channels + 1) / 2 : channels }

    /// Hands over the channels in a plane, and which half of its values each is, as `kernel_winograd_input` takes it.
    func forEachChannel(of plane: Int, _ channels: Int, _ body: (_ channel: Int, _ half: Int32) -> Void) {
        guard isPaired else { return body(plane, 0) }
        body(2 * plane, 1)
        if 2 * plane + 1 < channels { body(2 * plane + 1, 2) }
    }

    /// `kernel_panel_product` of these elements.
    func multiplyPanels(
        _ weights: UnsafePointer<Float>, _ planes: Int, _ panels: UnsafePointer<Float>, _ pixels: Int, _ y: UnsafeMutablePointer<Float>,
        _ step: Int, _ outputs: Int, adding: Bool = false
    ) {
        if isPaired {
            kernel_paired_panel_product(Self.words(weights), planes, Self.words(panels), pixels, y, step, outputs, adding ? 1 : 0)
        } else {
            kernel_panel_product(weights, planes, panels, pixels, y, step, outputs, adding ? 1 : 0)
        }
    }

    /// The memory of float32 values as pairs of bfloat16.
    static func words(_ values: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
        UnsafeRawPointer(values).assumingMemoryBound(to: UInt32.self)
    }

    /// Results whose weights lie side by side.
    var block: Int { self == .tiles ? Int(TILE) : Int(TAP_BLOCK) }

    /// Products in a block for so many, including those that fill up the last tile.
    func room(_ products: Int) -> Int {
        self == .tiles ? (products + Int(TILE) - 1) / Int(TILE) * Int(TILE) : products
    }

    /// The place of a weight in its block and grid.
    func place(product: Int, result: Int) -> Int {
        guard self == .tiles else { return product * block + result }
        let tile = Int(TILE)
        return (product / tile * tile + result) * tile + product % tile
    }

    /// Planes in a pass: whole tiles, and so many that what is read stays in the first-level cache.
    func pass(taps: Int) -> Int {
        self == .tiles ? Int(TILE) * max(1, Int(TILE_PASS) / (Int(TILE) * taps)) : max(1, Int(TAP_PASS) / taps)
    }
}
