/// The names of a comparison's files.
struct ComparisonFiles {
    /// All variants side by side, with source and driving.
    let video: String
    /// Some frames of the same.
    let sheet: String
    private let start: String

    /// - Parameters:
    ///   - source: its number, from 0.
    ///   - driving: its number, from 0.
    init(source: Int, driving: Int) {
        start = "source-\(source + 1)-driving-\(driving + 1)"
        (video, sheet) = ("\(start).mp4", "\(start)-sheet.png")
    }

    /// The pictures of the paths in a model's latent space.
    ///
    /// - Parameter model: its number, from 0.
    func figures(model: Int) -> (magnitudes: String, distance: String, axes: String) {
        let name = "\(start)-model-\(model + 1)"
        return ("\(name)-magnitudes.png", "\(name)-distance.png", "\(name)-axes.png")
    }

    /// The sheet of what a model shows at each of its levels.
    ///
    /// - Parameter model: its number, from 0.
    func levels(model: Int) -> String { "\(start)-model-\(model + 1)-levels.png" }

    static let table = "table.json", csv = "table.csv", page = "index.html", matrix = "matrix.png"

    /// Whether a file in a folder is a comparison's, so that the folder may be replaced.
    static func owns(_ name: String) -> Bool {
        if [table, csv, page, matrix].contains(name) { return true }
        return name.wholeMatch(of: #/source-\d+-driving-\d+(?:\.mp4|-sheet\.png|-model-\d+-(?:magnitudes|distance|axes|levels)\.png)/#)
            != nil
    }
}
