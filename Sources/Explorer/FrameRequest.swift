import Networks

/// What a page asks to see.
struct FrameRequest: Decodable {
    let settings: Settings
    /// The name of one of the model's views.
    let view: String
    /// The view's level, 0 the coarsest.
    let level: Int
    /// The driving frame, from 0; nil where nothing drives.
    let frame: Int?
    /// One picture is made for each; empty where nothing drives.
    let modes: [Mode]

    /// `TransferMode` as pages write it.
    enum Mode: String, Decodable {
        case relative, absolute

        var transfer: TransferMode { self == .relative ? .relative : .absolute }
    }
}
