/// The table of an atlas: what was swept, and each direction in numbers.
public struct AtlasReport: Encodable, Sendable {
    /// A direction's row.
    public struct Row: Encodable, Sendable {
        /// 1…M.
        public let number: Int
        public let name: String?
        /// The values of α, where they are not those of all directions.
        public let amounts: [Float]?
        /// The useful values of α, as somebody noted them.
        public let usefulLow, usefulHigh: Float?
        public let statistics: SweepStatistics

        enum CodingKeys: String, CodingKey {
            case number, name, amounts, statistics
            case usefulLow = "useful_low"
            case usefulHigh = "useful_high"
        }
    }

    public let output: String
    public let model: String
    public let source: String
    /// What was decided on the source's crop, in one line each.
    public let notes: [String]
    public let base: String
    /// The magnitudes that the sweep starts from, direction 1 first.
    public let baseMagnitudes: [Float]
    /// The values of α; nil where each direction has its own.
    public let amounts: [Float]?
    /// How many values of α each direction has.
    public let steps: Int
    /// M.
    public let directionCount: Int
    /// The largest |DᵀD − I| of the motion dictionary; nil for a family without one.
    public let gramDeviation: Float?
    public let directions: [Row]

    enum CodingKeys: String, CodingKey {
        case output, model, source, notes, base, amounts, steps, directions
        case baseMagnitudes = "base_magnitudes"
        case directionCount = "direction_count"
        case gramDeviation = "gram_deviation"
    }

    /// The table as comma-separated values: a head, then a line a direction. What is not known is empty.
    public var csv: String {
        var lines = [
            "number,name,energy,center_x,center_y,left,top,right,bottom,share,linearity,symmetry,motion_linearity,"
                + "motion_symmetry,reach,useful_low,useful_high"
        ]
        for row in directions {
            let s = row.statistics
            let numbers: [Double?] = [
                s.energy, s.center?.x, s.center?.y, s.box?.left, s.box?.top, s.box?.right, s.box?.bottom, s.share, s.linearity,
                s.symmetry, s.motionLinearity, s.motionSymmetry, s.reach, row.usefulLow.map(Double.init), row.usefulHigh.map(Double.init),
            ]
            let name = row.name.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" } ?? ""
            lines.append("\(row.number),\(name)," + numbers.map { $0?.description ?? "" }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
