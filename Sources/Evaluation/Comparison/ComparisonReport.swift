/// What a comparison of ways to transfer motion found, for people and, as JSON, for programs.
public struct ComparisonReport: Encodable, Sendable {
    /// A way to transfer motion.
    public struct Variant: Encodable, Sendable {
        public let label: String
        public let model: String
        public let mode: String
        /// "first" or "best"; nil of absolute transfer.
        public let reference: String?
        public let strength: Float
        /// The directions along which motion is transferred; nil for all.
        public let directions: [Int]?
    }

    /// One frame of one variant.
    public struct Frame: Encodable, Sendable {
        /// The magnitudes that the frame was made with, direction 1 first.
        public let magnitudes: [Float]
        /// How far these are from the source's own, in the latent space: how much it moves.
        public let distance: Double
        /// How far the result's code z, encoded anew, is from the source's: 0 is the same person.
        public let identityDrift: Double?
        /// How far the result's magnitudes, encoded anew, are from those that it was made with.
        public let motionError: Double
        /// The mean absolute change of a pixel, in [0, 1], since the frame before; nil in the first.
        public let change: Double?
        /// The mean absolute difference of a pixel, in [0, 1], from the driving frame: an error where both show one person.
        public let drivingDifference: Double
        /// Where the frame is along the two leading axes of all paths of its model in the pair.
        public let x, y: Double

        enum CodingKeys: String, CodingKey {
            case magnitudes, distance, change, x, y
            case identityDrift = "identity_drift"
            case motionError = "motion_error"
            case drivingDifference = "driving_difference"
        }
    }

    /// What one variant made of one pair.
    public struct Path: Encodable, Sendable {
        /// The variant's number, from 0.
        public let variant: Int
        /// The driving frame that relative transfer starts from, counted from 1; nil of absolute transfer.
        public let referenceFrame: Int?
        public let frames: [Frame]
        /// Mean over the frames.
        public let meanDistance: Double
        /// Mean over the frames; nil for a family that does not tell looks from motion.
        public let meanIdentityDrift: Double?
        /// Means over the frames.
        public let meanMotionError, meanChange, meanDrivingDifference: Double

        enum CodingKeys: String, CodingKey {
            case variant, frames
            case referenceFrame = "reference_frame"
            case meanDistance = "mean_distance"
            case meanIdentityDrift = "mean_identity_drift"
            case meanMotionError = "mean_motion_error"
            case meanChange = "mean_change"
            case meanDrivingDifference = "mean_driving_difference"
        }
    }

    /// The driving video as a model sees it.
    public struct Driving: Encodable, Sendable {
        public let model: String
        /// The source's own magnitudes, direction 1 first.
        public let source: [Float]
        /// The magnitudes of each frame.
        public let magnitudes: [[Float]]
        /// The parts of all variance that the two leading axes hold.
        public let axisShares: [Double]

        enum CodingKeys: String, CodingKey {
            case model, source, magnitudes
            case axisShares = "axis_shares"
        }
    }

    /// A source and a driving video.
    public struct Pair: Encodable, Sendable {
        public let source, driving: String
        /// Seconds from the first frame, of each frame.
        public let times: [Double]
        /// For each model.
        public let motions: [Driving]
        /// For each variant.
        public let paths: [Path]
    }

    public let output: String
    public let models: [String]
    /// Side of a picture in the videos, in pixels.
    public let size: Int
    public let variants: [Variant]
    /// What was decided on the crops, in one line each.
    public let notes: [String]
    /// Sources one after another, each with every driving video.
    public let pairs: [Pair]

    /// A line a frame, after a head. What is not known is empty.
    public var csv: String {
        func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        var lines = ["source,driving,variant,model,frame,time,distance,identity_drift,motion_error,change,driving_difference,x,y"]
        for pair in pairs {
            for path in pair.paths {
                let variant = variants[path.variant]
                let start = [pair.source, pair.driving, variant.label, variant.model].map(quoted).joined(separator: ",")
                for (index, frame) in path.frames.enumerated() {
                    let numbers: [Double?] = [
                        pair.times[index], frame.distance, frame.identityDrift, frame.motionError, frame.change,
                        frame.drivingDifference, frame.x, frame.y,
                    ]
                    lines.append("\(start),\(index + 1)," + numbers.map { $0?.description ?? "" }.joined(separator: ","))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
