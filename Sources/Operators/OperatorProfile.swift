import Foundation

/// The time, arithmetic and memory of every operator that runs while the profile is current. An operator inside another (a blur inside
/// an upsampling convolution) counts with the outer one.
public final class OperatorProfile: @unchecked Sendable {
    /// The profile in use, if any, for one piece of work.
    @TaskLocal public static var current: OperatorProfile?

    /// An operator on one shape.
    public struct Entry: Codable, Sendable {
        /// The operator and its shape: "convolution 3×3 512→512, 32×32".
        public let name: String
        public var calls = 0
        public var seconds = 0.0
        /// Floating-point operations of all calls, a multiplication and an addition counted as two.
        public var operations = 0.0
        /// Bytes of inputs, weights and results of all calls, each once.
        public var bytes = 0.0
    }

    private var byName: [String: Entry] = [:]
    private var isInside = false

    public init() {}

    /// All entries, that with the most seconds first.
    public var entries: [Entry] { byName.values.sorted { $0.seconds > $1.seconds } }

    /// An operator that is running.
    struct Mark {
        fileprivate let profile: OperatorProfile
        fileprivate let start: UInt64

        func end(_ name: String, operations: Int, values: Int) {
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            profile.isInside = false
            var entry = profile.byName[name] ?? Entry(name: name)
            entry.calls += 1
            entry.seconds += seconds
            entry.operations += Double(operations)
            entry.bytes += Double(values * MemoryLayout<Float>.stride)
            profile.byName[name] = entry
        }

        /// Ends without an entry: the operator threw an error.
        func cancel() { profile.isInside = false }
    }

    /// Begins to measure an operator; nil if no profile is current, or inside another operator.
    static func begin() -> Mark? {
        guard let profile = current, !profile.isInside else { return nil }
        profile.isInside = true
        return Mark(profile: profile, start: DispatchTime.now().uptimeNanoseconds)
    }
}
