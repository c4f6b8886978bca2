/// A job of a batch: what errors call it, and the arguments that it adds to the command line's.
struct BatchRow {
    /// "jobs.csv, line 3".
    let place: String
    let source: String
    let driving: String?
    let output: String
    /// Options besides, in the command line's words.
    let arguments: [String]
}
