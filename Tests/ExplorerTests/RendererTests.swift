import Explorer
import Foundation
import Testing

/// Turns at the network.
@Suite(.timeLimit(.minutes(10))) struct RendererTests {
    /// Keeps the renderer busy until told otherwise.
    private func busy(_ renderer: Renderer) -> DispatchSemaphore {
        let (begun, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            _ = renderer.wait("busy") {
                begun.signal()
                end.wait()
            }
        }
        begun.wait()
        return end
    }

    private func settle() async throws { try await Task.sleep(nanoseconds: 50_000_000) }

    @Test func onlyTheNewestLiveFrameIsComputed() async throws {
        let renderer = Renderer(longestLane: 10)
        let end = busy(renderer)
        let first = Task { try await renderer.live("page") { 1 } }
        try await settle()
        let second = Task { try await renderer.live("page") { 2 } }
        try await settle()
        let other = Task { try await renderer.live("other page") { 3 } }
        try await settle()
        await #expect(throws: Renderer.Dropped.self) { try await first.value }
        end.signal()
        #expect(try await second.value == 2)
        #expect(try await other.value == 3)
    }

    @Test func lanesTakeTurns() async throws {
        let renderer = Renderer(longestLane: 10)
        let end = busy(renderer)
        let order = Order()
        var tasks: [Task<Void, Error>] = []
        for (page, number) in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)] {
            tasks.append(Task { try await renderer.background(page) { order.add("\(page)\(number)") } })
            try await settle()
        }
        tasks.append(Task { try await renderer.live("c") { order.add("c") } })
        try await settle()
        end.signal()
        for task in tasks { try await task.value }
        #expect(order.all == ["a1", "b1", "c", "a2", "b2", "a3"])
    }

    @Test func whatWaitsForAPageThatIsGoneIsDropped() async throws {
        let renderer = Renderer(longestLane: 2)
        let end = busy(renderer)
        let waiting = (1...2).map { number in Task { try await renderer.background("page") { number } } }
        // The busy machine decides when tasks begin.
        while renderer.waitingCount < 2 { try await settle() }
        // For a third there is no room.
        await #expect(throws: (any Error).self) { try await renderer.background("page") { 3 } }
        renderer.drop("page")
        end.signal()
        for task in waiting { await #expect(throws: Renderer.Dropped.self) { try await task.value } }
        #expect(try await renderer.background("page") { 4 } == 4)
    }

    /// Two may wait in a lane of two; the third is refused at once, while the renderer is still busy.
    @Test func aFullLaneRefusesTheNext() async throws {
        let renderer = Renderer(longestLane: 2)
        let end = busy(renderer)
        var waiting: [Task<Int, Error>] = []
        for number in 1...2 {
            waiting.append(Task { try await renderer.background("page") { number } })
            try await settle()
        }
        var refusal: Error?
        do { _ = try await renderer.background("page") { 3 } } catch { refusal = error }
        #expect(refusal != nil && !(refusal is Renderer.Dropped))
        // Another page's lane has room.
        let other = Task { try await renderer.background("other") { 4 } }
        try await settle()
        end.signal()
        #expect(try await [waiting[0].value, waiting[1].value, other.value] == [1, 2, 4])
    }

    private final class Order: @unchecked Sendable {
        private let lock = NSLock()
        private var names: [String] = []
        func add(_ name: String) { lock.withLock { names.append(name) } }
        var all: [String] { lock.withLock { names } }
    }
}
