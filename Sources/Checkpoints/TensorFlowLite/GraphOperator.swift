/// An operator of a graph: what it does, what it reads and what it makes.
public struct GraphOperator: Sendable {
    /// What an operator does, with its settings. `isRectified`: negative results become 0.
    public enum Kind: Equatable, Sendable {
        case addition(isRectified: Bool)
        case concatenation(axis: Int)
        case convolution(GraphWindow, isRectified: Bool)
        /// The sparse constant with its zeros.
        case densification
        case depthToSpace(block: Int)
        case depthwiseConvolution(GraphWindow, isRectified: Bool)
        /// The half-precision constant in single precision.
        case dequantization
        case maximumPooling(GraphWindow, rows: Int, columns: Int)
        case multiplication(isRectified: Bool)
        case padding
        case parametricReLU
        case relu
        case reshaping
        /// Bilinear, a pixel being an area.
        case resizing
        case stridedSlice
        /// One that its name alone describes.
        case custom(String)

        /// The kind in words.
        public var name: String {
            switch self {
            case .custom(let name): name
            default: String(describing: self).prefix { $0 != "(" }.description
            }
        }
    }

    public let kind: Kind
    /// Indices of tensors; nil for an input that is left out.
    public let inputs: [Int?]
    /// Indices of tensors.
    public let outputs: [Int]

    /// The kind by the file's code and options.
    ///
    /// - Throws: `Malformed` for an operator or a setting that is not read here.
    static func kind(code: Int, customName: String, options: FlatTable?) throws -> Kind {
        func byte(_ field: Int) throws -> Int { Int(try options?.number(field, UInt8.self) ?? 0) }
        func number(_ field: Int, default value: Int = 0) throws -> Int { try options?.number(field, Int32.self).map(Int.init) ?? value }
        func rectified(_ field: Int) throws -> Bool {
            let activation = try byte(field)
            guard activation <= 1 else { throw Malformed("has an operator with activation \(activation), which is not read here") }
            return activation == 1
        }
        func window() throws -> GraphWindow {
            let padding = try byte(0), (columns, rows) = (try number(1), try number(2))
            guard padding <= 1, (1...16).contains(rows), (1...16).contains(columns) else {
                throw Malformed("has an operator with impossible windows: padding \(padding), steps of \(rows) and \(columns)")
            }
            return GraphWindow(isPadded: padding == 0, rowStep: rows, columnStep: columns)
        }
        func refuseDilation(_ first: Int) throws {
            guard try number(first, default: 1) == 1, try number(first + 1, default: 1) == 1 else {
                throw Malformed("has a dilated convolution, which is not read here")
            }
        }
        switch code {
        case 0: return .addition(isRectified: try rectified(0))
        case 2:
            guard try !rectified(1) else { throw Malformed("has a concatenation with an activation, which is not read here") }
            return .concatenation(axis: try number(0))
        case 3:
            try refuseDilation(4)
            return .convolution(try window(), isRectified: try rectified(3))
        case 4:
            try refuseDilation(5)
            guard try number(3) == 1 else { throw Malformed("has a depthwise convolution with several results a channel; refused here") }
            return .depthwiseConvolution(try window(), isRectified: try rectified(4))
        case 5: return .depthToSpace(block: try number(0))
        case 6: return .dequantization
        case 17:
            guard try !rectified(5) else { throw Malformed("has a pooling with an activation, which is not read here") }
            return .maximumPooling(try window(), rows: try number(4), columns: try number(3))
        case 18: return .multiplication(isRectified: try rectified(0))
        case 19: return .relu
        case 22: return .reshaping
        case 23:
            guard try byte(2) == 0, try byte(3) == 1 else {
                throw Malformed("has a resizing between the middles of corner pixels, which is not read here")
            }
            return .resizing
        case 32: return .custom(customName)
        case 34: return .padding
        case 45: return .stridedSlice
        case 54: return .parametricReLU
        case 124: return .densification
        default: throw Malformed("has an operator of code \(code), which is not known here")
        }
    }
}
