/// A job of a batch: what errors call it, and the arguments that it adds to the command line's.
struct BatchRow {
    /// "jobs.csv, line 3".
    let place: String
    let source: String
    let driving: String?
    let output: String
    /// Options besides, in the command line's words.
    let arguments: [String]

    /// Paths that are written: the result, and the picture of the crops.
    var outputs: [String] { [output] + values(of: "preview") }

    /// Paths that are read, files and folders.
    var inputs: [String] { [source] + [driving].compactMap { $0 } + values(of: "model") + values(of: "audio") }

    private func values(of option: String) -> [String] {
        arguments.filter { $0.hasPrefix("--\(option)=") }.map { String($0.dropFirst(option.count + 3)) }
    }
}
