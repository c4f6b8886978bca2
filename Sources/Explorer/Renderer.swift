import Foundation

/// Shares the network out: one piece of work at a time, because each uses all cores, and in turns between those who wait.
///
/// Every page has two lanes: its live frames, of which only the newest waits, and its background work, such as a video that is
/// encoded, which waits in order. Lanes take turns, so that neither a lane nor a page holds up another for more than a piece of work.
package final class Renderer: @unchecked Sendable {
    /// What takes turns.
    package struct Lane: Hashable {
        let session: String
        let isLive: Bool
    }

    /// Thrown by work that was dropped before it began, because a newer frame was requested, or its page is gone.
    package struct Dropped: Error {}

    private struct Piece {
        let work: () -> Void
        let drop: () -> Void
    }

    private let queue = DispatchQueue(label: "lia.explorer.renderer", qos: .userInitiated)
    private let lock = NSLock()
    private var waiting: [Lane: [Piece]] = [:]
    /// Lanes in which work waits, the next one first.
    private var order: [Lane] = []
    private let longestLane: Int

    /// - Parameter longestLane: pieces that may wait in a lane.
    package init(longestLane: Int) { self.longestLane = longestLane }

    /// How many pieces wait, of all pages.
    package var waitingCount: Int { lock.withLock { waiting.values.reduce(0) { $0 + $1.count } } }

    /// Does the work of a live frame; a frame of the lane that still waits is dropped for it.
    ///
    /// - Throws: `Dropped`, and what the work throws.
    package func live<Value>(_ session: String, _ work: @escaping () throws -> Value) async throws -> Value {
        try await perform(Lane(session: session, isLive: true), replacing: true, work)
    }

    /// Does background work when its turn comes.
    ///
    /// - Throws: `Dropped`, a `Problem` when too much waits, and what the work throws.
    package func background<Value>(_ session: String, _ work: @escaping () throws -> Value) async throws -> Value {
        try await perform(Lane(session: session, isLive: false), replacing: false, work)
    }

    private func perform<Value>(_ lane: Lane, replacing: Bool, _ work: @escaping () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let piece = Piece(
                work: { continuation.resume(with: Result { try work() }) }, drop: { continuation.resume(throwing: Dropped()) })
            if !add(piece, to: lane, replacing: replacing) {
                continuation.resume(throwing: Problem(.tooManyRequests, "too many requests wait; try again in a moment"))
            }
        }
    }

    /// Waits, on a thread of the caller's own, for its turn in the background, and does the work; nil where it was dropped.
    package func wait<Value>(_ session: String, _ work: @escaping () -> Value) -> Value? {
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var value: Value?
        let piece = Piece(
            work: {
                value = work()
                done.signal()
            }, drop: { done.signal() })
        // One thread waits for one piece: its lane cannot fill up.
        _ = add(piece, to: Lane(session: session, isLive: false), replacing: false, always: true)
        done.wait()
        return value
    }

    /// Drops all that waits for a page.
    package func drop(_ session: String) {
        let dropped = lock.withLock {
            order.removeAll { $0.session == session }
            return [true, false].flatMap { waiting.removeValue(forKey: Lane(session: session, isLive: $0)) ?? [] }
        }
        for piece in dropped { piece.drop() }
    }

    private func add(_ piece: Piece, to lane: Lane, replacing: Bool, always: Bool = false) -> Bool {
        var dropped: [Piece] = []
        let isAdded = lock.withLock { () -> Bool in
            if replacing { dropped = waiting.removeValue(forKey: lane) ?? [] }
            guard always || waiting[lane, default: []].count < longestLane else { return false }
            waiting[lane, default: []].append(piece)
            if !order.contains(lane) { order.append(lane) }
            return true
        }
        for piece in dropped { piece.drop() }
        // A piece that was replaced leaves an empty turn behind.
        if isAdded { queue.async { self.takeTurn() } }
        return isAdded
    }

    private func takeTurn() {
        let piece = lock.withLock { () -> Piece? in
            guard !order.isEmpty else { return nil }
            let lane = order.removeFirst()
            let piece = waiting[lane]!.removeFirst()
            if waiting[lane]!.isEmpty { waiting[lane] = nil } else { order.append(lane) }
            return piece
        }
        piece?.work()
    }
}
