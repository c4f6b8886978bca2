/// Something in a folder to prepare: one video file, one picture, or a run of numbered pictures.
struct MediaItem: Equatable {
    /// What the clip will be called: its path below the folder, without extension.
    let name: String
    /// Who is seen: the folder's sub-folder that holds it, or the clip's own name.
    let identity: String
    /// The name of the file, or of the folder that holds a run of pictures.
    let source: String
    /// One file, or the pictures of a run in the order of their numbers.
    let paths: [String]
    /// True where its name says that it is a picture or video, so that it must not be passed over in silence.
    let claimsToBeMedia: Bool
    /// A run's pictures one by one, for when they turn out to be no clip.
    var photos: [MediaItem] = []

    var isRun: Bool { paths.count > 1 }
}
