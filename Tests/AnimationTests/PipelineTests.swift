import Animation
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct PipelineTests {
    private struct Broken: Error {}

    @Test func valuesComeInOrderAndThenTheError() throws {
        var count = 0
        let ahead = ReadAhead<Int>(capacity: 3) {
            count += 1
            if count > 50 { throw Broken() }
            return count
        }
        for expected in 1...50 { #expect(try ahead.next() == expected) }
        #expect(throws: Broken.self) { try ahead.next() }
        ahead.stop()
        let short = ReadAhead<Int>(capacity: 3) { nil }
        #expect(try short.next() == nil)
        #expect(try short.next() == nil)
        short.stop()
    }

    /// No more is read than may wait, and nothing after the end is asked for.
    @Test func readingStaysAFewValuesAhead() throws {
        let produced = Counter()
        let ahead = ReadAhead<Int>(capacity: 4) { produced.next() }
        #expect(try ahead.next() == 1)
        Thread.sleep(forTimeInterval: 0.1)
        #expect((2...5).contains(produced.value))
        ahead.stop()
        let stopped = produced.value
        Thread.sleep(forTimeInterval: 0.05)
        #expect(produced.value == stopped)
    }

    @Test func workIsDoneInOrderUntilOneFails() throws {
        let done = Counter()
        let behind = WriteBehind(capacity: 2)
        for number in 1...20 { try behind.add { if done.next() != number { throw Broken() } } }
        try behind.finish()
        #expect(done.value == 20)
        let failing = WriteBehind(capacity: 2)
        try failing.add { throw Broken() }
        #expect(throws: Broken.self) {
            for _ in 0..<5 { try failing.add { _ = done.next() } }
            try failing.finish()
        }
        #expect(throws: Broken.self) { try failing.finish() }
        #expect(done.value == 20)
    }

    @Test func abandonedWorkIsNotDone() throws {
        let done = Counter(), gate = DispatchSemaphore(value: 0)
        let behind = WriteBehind(capacity: 10)
        try behind.add { gate.wait() }
        for _ in 0..<5 { try behind.add { _ = done.next() } }
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.05) { gate.signal() }
        behind.abandon()
        #expect(done.value == 0)
    }
}

/// Counts from 1, on any thread.
private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func next() -> Int { lock.withLock { count += 1; return count } }
    var value: Int { lock.withLock { count } }
}
