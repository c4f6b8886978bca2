import Files
import Foundation
import Service
import TestSupport
import Testing

/// Lines and bytes: what a client may send, and what becomes of it.
@Suite(.timeLimit(.minutes(5))) struct ProtocolTests {
    @Test func requestsAreAnsweredInOrder() throws {
        let pipe = try ServedPipe(greets: false)
        pipe.send(
            """
            {"id": "a", "method": "hello", "params": {"schema": 1}}
            {"id": 2, "method": "nonesuch"}\r

            {"id": 3, "schema": 1, "method": "models", "params": {}, "bytes": 0}

            """)
        let first = try pipe.answer()
        #expect(first.line["id"] as? String == "a" && first.line["schema"] as? Int == 1)
        #expect(first.result["version"] as? String == "1.2.3" && first.result["schema"] as? Int == 1)
        #expect((first.result["limits"] as? [String: Int])?["line_bytes"] == 65536)
        let second = try pipe.answer()
        #expect(second.line["id"] as? Int == 2 && second.error?["code"] as? Int == 64 && second.error?["kind"] as? String == "usage")
        #expect(second.message.contains("expected one of") && second.message.contains("animate"))
        #expect(try pipe.answer().result["models"] is [String])
        pipe.end()
        #expect(pipe.failure == nil)
    }

    @Test func helloComesFirst() throws {
        let pipe = try ServedPipe(greets: false)
        #expect(try pipe.ask("models").message.contains("expected hello first"))
        #expect(try pipe.ask("hello", ["schema": 2]).message.contains("speaks schema 1, and the client schema 2"))
        #expect(try pipe.ask("models").error != nil)
        #expect(try pipe.ask("hello", ["schema": 1]).error == nil)
        #expect(try pipe.ask("models").error == nil)
        pipe.end()
    }

    /// Each costs an answer and nothing else; bytes that it announces are passed over.
    @Test func whatIsNoRequestIsAnError() throws {
        let pipe = try ServedPipe()
        let cases: [(String, Any?, String)] = [
            ("hello", nil, "one line of JSON"),
            ("[1]", nil, "one line of JSON"),
            ("{\"method\": \"models\"}", nil, "id:"),
            ("{\"id\": 1.5, \"method\": \"models\"}", nil, "id:"),
            ("{\"id\": {}, \"method\": \"models\"}", nil, "id:"),
            ("{\"id\": \"\(String(repeating: "x", count: 101))\", \"method\": \"models\"}", nil, "id:"),
            ("{\"id\": 4}", 4, "method: expected a text"),
            ("{\"id\": 5, \"method\": 5}", 5, "method: expected a text"),
            ("{\"id\": 6, \"method\": \"models\", \"params\": []}", 6, "params: expected an object, found a list"),
            ("{\"id\": 7, \"method\": \"models\", \"parameters\": {}}", 7, "parameters: no such key"),
            ("{\"id\": 8, \"method\": \"models\", \"bytes\": -1}", 8, "bytes: expected a whole number from 0, found -1"),
            ("{\"id\": 9, \"method\": \"models\", \"bytes\": 1e300}", 9, "bytes"),
            ("{\"id\": 10, \"method\": \"models\", \"bytes\": \"3\"}", 10, "bytes"),
            ("{\"id\": 11, \"method\": \"models\", \"schema\": 2}", 11, "schema: expected 1, found 2"),
            ("{\"id\": 12, \"method\": \"models\", \"params\": {\"x\": 1}}", 12, "x: no such parameter of models, which takes none"),
            ("{\"id\": 13, \"method\": \"models\", \"bytes\": 5}\n12\n\0\u{7f}", 13, "bytes: models takes none here, found 5"),
            ("{\"id\": 14, \"method\": \"no\\nsuch\"}", 14, "no\\u{a}such"),
            (String(repeating: "[", count: 60000), nil, "one line of JSON"),
        ]
        for (line, id, message) in cases {
            pipe.send(line + (line.hasSuffix("\u{7f}") ? "" : "\n"))
            let answer = try pipe.answer()
            #expect(answer.message.contains(message) && !answer.message.contains("\n"), "\(line.prefix(60)): \(answer.line)")
            #expect(answer.line["id"] as? Int == id as? Int, "\(line.prefix(60))")
            #expect(answer.error?["code"] as? Int == 64)
        }
        #expect(try pipe.ask("models").error == nil)
        pipe.end()
        #expect(pipe.failure == nil)
    }

    /// More bytes than a request may have are refused at once, and passed over as they come.
    @Test func tooManyBytesArePassedOver() throws {
        var limits = ServiceLimits()
        limits.payloadBytes = 1000
        let pipe = try ServedPipe(limits: limits)
        pipe.send("{\"id\": 1, \"method\": \"models\", \"bytes\": 200000}\n")
        #expect(try pipe.answer().message == "bytes: expected at most 1000, found 200000")
        pipe.send(Data(repeating: 0x7b, count: 200_000))
        #expect(try pipe.ask("models").error == nil)
        pipe.end()
        #expect(pipe.failure == nil)
    }

    /// Where nothing that follows can be understood, the session says so and ends.
    @Test(arguments: [
        (Data("{\"id\": 1, \"method\": \"models\", \"bytes\": 10}\n1234".utf8), "ended 6 of 10 bytes before"),
        (Data("{\"id\": 1, \"method\": \"models\", \"bytes\": 9000000000000000}\n1234".utf8), "ended 8999999999999996 of 9000000000000000"),
        (Data("{\"id\": 1, \"meth".utf8), "ended within a line"),
        (Data(repeating: 0x20, count: 70_000), "more than 65536 bytes"),
        (Data([0xff, 0xfe, 0x0a]), "bytes in the place of a request"),
        (Data([0, 0, 0, 0x0a]), "bytes in the place of a request"),
    ]) func outOfStep(_ data: Data, _ problem: String) throws {
        let pipe = try ServedPipe()
        pipe.send(data)
        pipe.end()
        var last = try pipe.answer()
        if data.count < 100, data.contains(0x39) { last = try pipe.answer() }
        #expect(last.line["id"] is NSNull && last.message.hasPrefix("standard input: ") && last.message.contains(problem), "\(last.line)")
        let failure = try #require(pipe.failure as? FileError)
        #expect(failure.side == .input && failure.problem.contains(problem))
    }

    /// As much as the limit is a request still.
    @Test func longLines() throws {
        let pipe = try ServedPipe()
        let start = "{\"id\": 1, \"method\": \"", end = "\"}"
        pipe.send(start + String(repeating: "x", count: 65536 - start.count - end.count) + end + "\n")
        #expect(try pipe.answer().message.contains("method: expected one of"))
        pipe.end()
        #expect(pipe.failure == nil)
    }

    @Test func answersThatNobodyReadsEndTheSession() throws {
        let pipe = try ServedPipe()
        pipe.stopReading()
        pipe.send("{\"id\": 1, \"method\": \"models\"}\n")
        pipe.end()
        let failure = try #require(pipe.failure as? FileError)
        #expect(failure.side == .output && failure.isUnread)
    }
}
