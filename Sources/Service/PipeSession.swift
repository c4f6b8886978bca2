import Files
import Foundation

/// One client's requests on a pair of pipes, answered one after another until the input ends.
package final class PipeSession {
    private let reader: RequestReader
    private let output: Int32
    private let outputName: String
    private let limits: ServiceLimits
    private let service: AnimationService

    /// - Parameters:
    ///   - outputName: what errors call the output.
    package init(_ service: AnimationService, input: Int32, output: Int32, outputName: String) {
        (self.service, limits, self.output, self.outputName) = (service, service.limits, output, outputName)
        reader = RequestReader(input, longestLine: service.limits.lineBytes)
    }

    /// - Throws: `FileError`: input that is no request and cannot be passed over, or ends within one; output that nobody reads any more.
    package func run() throws {
        do {
            while let line = try reader.line() {
                if line.allSatisfy(\.isWhitespace) { continue }
                try answer(Request.read(line))
            }
        } catch let error as RequestReader.OutOfStep {
            let error = FileError(.input, "standard input", error.problem)
            try send(Answer(id: nil, result: nil, error: Failure(error), bytes: nil))
            throw error
        }
    }

    private func answer(_ line: Request.Line) throws {
        guard line.bytes <= limits.payloadBytes else {
            try fail(line.id, RequestError("bytes: expected at most \(limits.payloadBytes), found \(line.bytes)"))
            return try reader.skip(line.bytes)
        }
        let payload = try reader.bytes(line.bytes)
        let reply: Reply, text: [UInt8]
        do {
            reply = try service.reply(try line.request.get(), payload)
            text = try Self.text(
                Answer(id: line.id, result: reply.result, error: nil, bytes: reply.payload.isEmpty ? nil : reply.payload.count))
        } catch { return try fail(line.id, error) }
        try StagedOutput.append(text + reply.payload, to: output, for: outputName)
    }

    private func fail(_ id: RequestID?, _ error: any Error) throws {
        try send(Answer(id: id, result: nil, error: Failure(error), bytes: nil))
    }

    private func send(_ answer: Answer) throws { try StagedOutput.append(try Self.text(answer), to: output, for: outputName) }

    private static func text(_ answer: Answer) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(answer)) + [UInt8(ascii: "\n")]
    }

    /// The line of an answer.
    private struct Answer: Encodable {
        let id: RequestID?
        let result: (any Encodable)?
        let error: Failure?
        let bytes: Int?

        enum Key: String, CodingKey {
            case id, result, error, bytes, schema
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(Request.schema, forKey: .schema)
            try values.encode(id, forKey: .id)
            if let result { try result.encode(to: values.superEncoder(forKey: .result)) }
            try values.encodeIfPresent(error, forKey: .error)
            try values.encodeIfPresent(bytes, forKey: .bytes)
        }
    }
}
