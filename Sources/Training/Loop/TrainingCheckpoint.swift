import Checkpoints
import Foundation

/// A checkpoint of a run of any family.
public enum TrainingCheckpoint {
    /// What the names of the moving average's tensors begin with.
    public static let average = "average."

    /// True where the run learned with its sources' detail; false where the checkpoint does not say. The settings may be nested or, in
    /// those of older runs, flat.
    public static func usesDetail(_ checkpoint: Checkpoint) -> Bool {
        let text = Data((checkpoint.metadata["configuration"] ?? "").utf8)
        guard let settings = try? JSONDecoder().decode([String: JSONValue].self, from: text) else { return false }
        guard case .object(let network) = settings["network"] else { return settings["detail"] == .boolean(true) }
        return network["detail"] == .boolean(true)
    }
}
