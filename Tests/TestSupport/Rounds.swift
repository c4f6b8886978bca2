import Foundation

/// How often tests with chance in them try: a short part by default, more and other ones where `Tools/reliability` says so.
public enum Rounds {
    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    /// - Parameter count: rounds in the suite.
    /// - Returns: `LIA_ROUNDS` times as many.
    public static func times(_ count: Int) -> Int { count * max(1, number("LIA_ROUNDS") ?? 1) }

    /// - Parameter own: the seed in the suite.
    /// - Returns: another one for each `LIA_SEED`.
    public static func seed(_ own: UInt64) -> UInt64 { own &+ UInt64(number("LIA_SEED") ?? 0) &* 1_000_003 }

    /// Whether only chance counts now: what the suite expects of its own rounds then need not hold.
    public static var areOther: Bool { number("LIA_ROUNDS") != nil || number("LIA_SEED") != nil }
}
