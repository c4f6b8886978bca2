import Checkpoints
import Files
import Tensors

/// The constants of Mozilla's DeepSpeech 0.1 (Hannun et al. 2014) in a frozen graph, by what they are, with their measures checked against
/// one another.
struct DeepSpeechGraph {
    let file: FrozenGraph
    /// What stands before all names: "" or "deepspeech/".
    let prefix: String
    /// The name of an LSTM's kernel and bias: TensorFlow before 1.2 called them otherwise.
    private let kernel, bias: String
    /// Coefficients of a frame, and frames before and after it.
    let context: Int
    /// Units of each direction.
    let units: Int
    /// Values of an output row.
    let outputs: Int
    /// The largest value that the rectifiers let pass.
    let limit: Float

    /// Coefficients of a frame that the network was made for.
    static let coefficients = 26
    private static let cell = "basic_lstm_cell/"
    private static let widest = 1 << 15

    /// - Throws: `FileError` (input) for the graph of another network, such as a later DeepSpeech, and for shapes that do not fit.
    init(_ file: FrozenGraph) throws {
        self.file = file
        let names = file.nodes.map(\.name)
        guard let prefix = Self.prefix(file) else { throw Self.stranger(file, names) }
        self.prefix = prefix
        let recurrent = prefix + "bidirectional_rnn/fw/" + Self.cell
        let isOld = file.shape(recurrent + "kernel") == nil && file.shape(recurrent + "weights") != nil
        (kernel, bias) = isOld ? ("weights", "biases") : ("kernel", "bias")

        func wrong(_ name: String, _ expected: String, _ found: [Int]?) -> FileError {
            let found = found.map { $0.isEmpty ? "one number" : $0.map(String.init).joined(separator: "×") } ?? "none"
            return FileError(
                .input, file.path, "is no complete DeepSpeech 0.1 graph: expected \(prefix + name) of \(expected), found \(found)")
        }
        func matrix(_ name: String, rows: Int?) throws -> (rows: Int, columns: Int) {
            let found = file.shape(prefix + name)
            guard let found, found.count == 2, found.allSatisfy({ (1...4 * Self.widest).contains($0) }), rows == nil || found[0] == rows
            else { throw wrong(name, rows.map { "\($0) rows" } ?? "rows and columns", found) }
            return (found[0], found[1])
        }
        func vector(_ name: String, _ count: Int) throws {
            guard file.shape(prefix + name) == [count] else { throw wrong(name, "\(count) values", file.shape(prefix + name)) }
        }
        let first = try matrix("h1", rows: nil), window = first.rows / Self.coefficients
        guard first.rows == window * Self.coefficients, window % 2 == 1 else {
            throw wrong("h1", "26·(2·context + 1) rows, such as 494", [first.rows, first.columns])
        }
        context = window / 2
        let second = try matrix("h2", rows: first.columns), third = try matrix("h3", rows: second.columns)
        for (name, layer) in [("b1", first), ("b2", second), ("b3", third)] { try vector(name, layer.columns) }
        var units: Int?
        for direction in ["fw", "bw"] {
            let name = Self.name(direction, kernel), found = try matrix(name, rows: nil), own = found.rows - third.columns
            guard own > 0, found.columns == 4 * own, units == nil || own == units else {
                throw wrong(name, "\(third.columns) + n rows and 4·n columns", [found.rows, found.columns])
            }
            units = own
            try vector(Self.name(direction, bias), 4 * own)
        }
        self.units = units!
        let fifth = try matrix("h5", rows: 2 * units!), last = try matrix("h6", rows: fifth.columns)
        for (name, layer) in [("b5", fifth), ("b6", last)] { try vector(name, layer.columns) }
        outputs = last.columns
        // A single number; graphs that lack it were made with the published one.
        limit = file.shape(prefix + "Minimum/y") == [] ? try file.tensor(prefix + "Minimum/y").values[0] : 20
        guard limit.isFinite, limit > 0 else { throw FileError(.input, file.path, "clips at \(limit); expected a number above 0") }
    }

    private static func name(_ direction: String, _ part: String) -> String { "bidirectional_rnn/\(direction)/\(cell)\(part)" }

    /// What stands before h1, h2 and the others in a graph that has them.
    private static func prefix(_ file: FrozenGraph) -> String? {
        for node in file.nodes where node.operation == "Const" && (node.name == "h1" || node.name.hasSuffix("/h1")) {
            let prefix = String(node.name.dropLast(2))
            if ["b1", "h2", "h3", "h5", "h6"].allSatisfy({ file.shape(prefix + $0) != nil }) { return prefix }
        }
        return nil
    }

    private static func stranger(_ file: FrozenGraph, _ names: [String]) -> FileError {
        if names.contains(where: { $0.contains("lstm_fused_cell") || $0.contains("cudnn_lstm") || $0.contains("layer_1/") }) {
            return FileError(
                .input, file.path,
                "is of a later DeepSpeech, whose network is another; use the output_graph.pb of DeepSpeech 0.1.0 (0.1.1 is the same network)"
            )
        }
        let found = names.first.map { "\(names.count) nodes such as \(FileError.printable($0))" } ?? "no nodes"
        return FileError(
            .input, file.path,
            "is no DeepSpeech 0.1 graph: expected constants such as h1, b1 and h6, found \(found); use its output_graph.pb")
    }

    /// - Parameter rows: of a matrix; nil for all.
    /// - Throws: `FileError` (input) for values that are no numbers.
    private func tensor(_ name: String, rows: Range<Int>? = nil) throws -> Tensor {
        let tensor = try file.tensor(prefix + name, rows: rows)
        guard tensor.isFinite else {
            throw FileError(.input, file.path, "\(prefix + name) holds values that are no numbers; the file is damaged")
        }
        return tensor
    }

    /// The weights (inputs, outputs) and bias of the layer h1, h2, h3, h5 or h6.
    func layer(_ number: Int) throws -> (weight: Tensor, bias: Tensor) { (try tensor("h\(number)"), try tensor("b\(number)")) }

    /// An LSTM's kernel, its part for the inputs (inputs, 4·n) and its recurrent part (n, 4·n), and its bias.
    func memory(isReversed: Bool) throws -> (inputs: Tensor, recurrent: Tensor, bias: Tensor) {
        let direction = isReversed ? "bw" : "fw", name = Self.name(direction, kernel), rows = file.shape(prefix + name)![0]
        return (
            try tensor(name, rows: 0..<rows - units), try tensor(name, rows: rows - units..<rows), try tensor(Self.name(direction, bias))
        )
    }
}
