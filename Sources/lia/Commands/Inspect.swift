import Animation
import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists what a checkpoint or model folder holds.",
        discussion: """
            EXAMPLES
              lia inspect vox.pt
              lia inspect Models/portrait --tensors

            Nothing in the file is run. A file that holds tensors but no network that lia knows is listed all the same.
            """)

    @Argument(help: "A checkpoint (.pt, .pth, .safetensors), a model folder, or a model's name.", completion: .file())
    var file: String

    @Flag(help: "List every tensor with its shape and type.")
    var tensors = false

    @Flag(help: "Print JSON.")
    var json = false

    struct Report: Encodable {
        struct Entry: Encodable {
            let name: String
            let shape: [Int]
            let type: String
        }
        struct Network: Encodable {
            let family: String
            /// What texts call the family.
            let title: String
            /// Side of the pictures, in pixels.
            let size: Int
            let measures: [NetworkMeasure]
            let parameters: Int

            private struct Key: CodingKey {
                let stringValue: String
                var intValue: Int? { nil }
                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            func encode(to encoder: any Swift.Encoder) throws {
                var values = encoder.container(keyedBy: Key.self)
                for measure in measures { try values.encode(measure.value, forKey: Key(stringValue: measure.name)) }
                try values.encode(family, forKey: Key(stringValue: "family"))
                try values.encode(size, forKey: Key(stringValue: "size"))
                try values.encode(parameters, forKey: Key(stringValue: "parameters"))
            }
        }
        let path: String
        let format: String
        let bytes: Int
        let tensorCount: Int
        let values: Int
        let types: [String]
        let network: Network?
        /// Why there is no network.
        let problem: String?
        let tensors: [Entry]?
    }

    func run() throws {
        guard !MotionReader.isMotion(file) else {
            throw FileError(
                .input, file, "is JSON, such as a motion file, which holds no tensors; 'lia animate --driving' plays motion back")
        }
        let checkpoint = try ModelLocator.checkpoint(file), path = checkpoint.path
        var network: Report.Network?
        var problem: String?
        do {
            let found = try Families.network(checkpoint), family = type(of: found)
            network = Report.Network(
                family: family.family, title: family.title, size: found.outputSize, measures: found.measures,
                parameters: found.parameterCount)
        } catch {
            problem = "\(error)"
        }
        let report = Report(
            path: path, format: checkpoint.format.name,
            bytes: (try? MappedFile(path: path).bytes.count) ?? checkpoint.entries.reduce(0) { $0 + $1.byteCount },
            tensorCount: checkpoint.entries.count,
            values: checkpoint.entries.reduce(0) { $0 + $1.shape.reduce(1, *) },
            types: Set(checkpoint.entries.map(\.scalarType.name)).sorted(), network: network, problem: problem,
            tensors: tensors
                ? checkpoint.entries.map { .init(name: $0.name, shape: $0.shape, type: $0.scalarType.name) } : nil)
        if json { try Output.json(report) } else { print(report) }
    }

    private func print(_ report: Report) {
        Output.line("file        \(FileError.printable(report.path))")
        Output.line("format      \(report.format), \(Output.bytes(report.bytes))")
        Output.line("tensors     \(report.tensorCount), \(report.values) values, \(report.types.joined(separator: " and "))")
        if let network = report.network {
            Output.line("network     \(network.title), \(network.size) px")
            for measure in network.measures {
                guard let text = measure.text else { continue }
                // A long name has a space of its own.
                Output.line(measure.name.padding(toLength: max(12, measure.name.count + 1), withPad: " ", startingAt: 0) + text)
            }
            Output.line("parameters  \(network.parameters)")
        } else if let problem = report.problem {
            Output.line("network     none that lia can run: \(problem)")
        }
        for entry in report.tensors ?? [] {
            let shape = entry.shape.isEmpty ? "scalar" : entry.shape.map(String.init).joined(separator: "×")
            Output.line("  \(FileError.printable(entry.name))  \(shape)  \(entry.type)")
        }
    }
}

extension Checkpoint.Format {
    var name: String {
        switch self {
        case .safetensors: return "safetensors"
        case .pyTorchZip: return "PyTorch (zip)"
        case .pyTorchLegacy: return "PyTorch (legacy stream)"
        }
    }
}
