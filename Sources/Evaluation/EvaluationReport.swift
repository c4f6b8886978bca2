/// What an evaluation found, for people and, as JSON, for programs.
public struct EvaluationReport: Encodable, Sendable {
    /// What a row is of.
    public struct Subject: Encodable, Hashable, Sendable {
        /// The model's name; of a baseline that no model takes part in, nil.
        public let model: String?
        /// How motion was transferred; nil where that makes no difference.
        public let mode: String?
        /// "copy" (the source unchanged) or "mean frame" (the mean of the clip's frames); nil for the model itself.
        public let baseline: String?

        package init(model: String?, mode: String?, baseline: String?) {
            (self.model, self.mode, self.baseline) = (model, mode, baseline)
        }

        /// What a table calls it.
        public var title: String {
            let name = baseline.map { $0 == "copy" ? "copy the source" : $0 }
            let own = [model, mode].compactMap { $0 }.joined(separator: " ")
            return [name, own].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
        }
    }

    /// A subject's measures.
    public struct Row: Encodable, Sendable {
        public let subject: Subject
        /// By the measures' names; what is not defined for any clip is absent.
        public let measures: [String: Estimate]
        /// The measures of each clip, in the order of `clips`.
        public let clips: [[String: Double]]
    }

    /// How two subjects differ on the same clips.
    public struct Comparison: Encodable, Sendable {
        /// One measure of the difference first − second.
        public struct Difference: Encodable, Sendable {
            public let estimate: Estimate
            /// How likely so large a difference is by chance (`SignFlipTest`).
            public let p: Double
            /// p < 0.05.
            public let isSignificant: Bool
            /// Whether the first is better; nil when there is no difference.
            public let favorsFirst: Bool?

            enum CodingKeys: String, CodingKey {
                case estimate, p
                case isSignificant = "significant"
                case favorsFirst = "favors_first"
            }
        }

        public let first, second: Subject
        /// By the measures' names.
        public let measures: [String: Difference]
    }

    /// A clip that was evaluated.
    public struct Clip: Encodable, Sendable {
        public let name: String
        /// Frames that were measured.
        public let frames: Int
    }

    /// A measure that was left out for want of a network.
    public struct Absent: Encodable, Sendable {
        public let measure: String
        /// Which option and files it takes.
        public let needs: String
    }

    /// "reconstruction", "cross" or "puppets".
    public let task: String
    /// What the data were read from, as the user gave it; nil for drawn people.
    public let data: String?
    public let models: [String]
    /// Side of the pictures that were compared, in pixels.
    public let size: Int
    public let clips: [Clip]
    public let rows: [Row]
    public let comparisons: [Comparison]
    /// Drawn people only: a table a model.
    public let directions: [DirectionTable]
    /// The supplied networks that measures rest on.
    public let networks: [SuppliedNetworks.Entry]
    /// Measures that no network was supplied for.
    public let absent: [Absent]
    /// What else was left out, and why.
    public let notes: [String]
}
