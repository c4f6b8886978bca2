import CKernels

/// How a convolution by taps multiplies, which says how its operand and its weights are laid out.
enum TapProducts: Hashable {
    case float32
    /// Two channels in bfloat16 stand in one value, the even one in its lower half.
    case pairs
    /// The same pairs, multiplied by tiles of 16 results by 16 products.
    case tiles

    /// Those in force for the weights: bfloat16 where that is asked for, nothing is recorded for training, and there are channels
    /// enough to repay the rounding.
    static func chosen(for weights: ConvolutionWeights) -> TapProducts {
        guard Precision.current == .bfloat16, Tape.current == nil, weights.channels >= 16, weights.outputs >= 16 else {
            return .float32
        }
        // All taps of a tile's channels are read in one pass.
        return Precision.takesTiles && weights.places.count * Int(TILE) <= Int(TILE_PASS) ? .tiles : .pairs
    }

    var isPaired: Bool { self != .float32 }

    /// Planes of an operand of so many channels.
    func planes(_ channels: Int) -> Int { isPaired ? (channels + 1) / 2 : channels }

    /// Results whose weights lie together.
    var block: Int { self == .tiles ? Int(TILE) : Int(TAP_BLOCK) }

    /// Products whose weights a block holds for so many, with what fills the last tile.
    func room(_ products: Int) -> Int {
        self == .tiles ? (products + Int(TILE) - 1) / Int(TILE) * Int(TILE) : products
    }

    /// Where in its block and grid a weight lies.
    func place(product: Int, result: Int) -> Int {
        guard self == .tiles else { return product * block + result }
        let tile = Int(TILE)
        return (product / tile * tile + result) * tile + product % tile
    }

    /// Planes in a pass: as many as keep what is read in the first-level cache, and whole tiles.
    func pass(taps: Int) -> Int {
        self == .tiles ? Int(TILE) * max(1, Int(TILE_PASS) / (Int(TILE) * taps)) : max(1, Int(TAP_PASS) / taps)
    }
}
