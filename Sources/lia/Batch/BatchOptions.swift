import ArgumentParser
import Foundation

/// Many jobs in one run.
struct BatchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run the jobs of a table (CSV): a line each, with the columns source, driving and output and any other option as a column "
                + "(mode, crop, set, …); what stands on the command line holds for all. Results already there are skipped.",
            valueName: "jobs.csv"),
        completion: .file(extensions: ["csv"]))
    var batch: String?

    @Option(help: ArgumentHelp("Of a table or of folders: jobs at the same time.", valueName: "count"))
    var jobs = 1

    @Option(help: ArgumentHelp("Of a table or of folders: the I-th of N shares of the jobs, for clusters.", valueName: "I/N"))
    var shard: Shard?

    @Option(
        help: ArgumentHelp(
            "Of a table or of folders: where to write what became of each job (default: beside the table, or in the output folder).",
            valueName: "path"), completion: .file(extensions: ["json"]))
    var manifest: String?

    func validate() throws {
        guard (1...64).contains(jobs) else { throw ValidationError("--jobs wants a number from 1 to 64, not \(jobs).") }
    }

    /// Arguments of the command line that hold for every job: all but those that say which jobs there are.
    static func common(_ arguments: [String]) -> [String] {
        let names: Set = [
            "--batch", "--jobs", "--shard", "--manifest", "--source", "-s", "--driving", "-d", "--output", "-o", "--preview",
        ]
        var kept: [String] = [], skips = false
        for argument in arguments {
            if skips {
                skips = false
            } else if names.contains(argument) {
                skips = true
            } else if !names.contains(where: { argument.hasPrefix($0 + "=") }) && !["--json", "--quiet", "-q"].contains(argument) {
                kept.append(argument)
            }
        }
        return kept
    }

    /// Where the manifest is written.
    ///
    /// - Parameter output: the folder of results; nil for a table, beside whose name it stands.
    func manifestPath(output: String?) -> String {
        if let manifest { return manifest }
        let share = shard.map { "-\($0)" } ?? ""
        if let output { return (output as NSString).appendingPathComponent("manifest\(share).json") }
        return (batch! as NSString).deletingPathExtension + ".manifest\(share).json"
    }

    /// Whether an option was given that means nothing for one job.
    var isGiven: Bool { jobs != 1 || shard != nil || manifest != nil }
}
