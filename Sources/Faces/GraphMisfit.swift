/// What does not fit together in a graph, before the file's name is known; `GraphNetwork` makes a `FileError` of it.
struct GraphMisfit: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}
