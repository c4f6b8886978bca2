import Media

extension MediaMetadata {
    /// What every picture and video that a network made says of itself.
    ///
    /// - Parameters:
    ///   - synthetic: what it is: "a portrait animated".
    ///   - model: what the network's model is called.
    package init(synthetic: String, model: String) {
        self.init(
            title: "Synthetic portrait animation",
            comment: "This picture is synthetic: \(synthetic) by lia (Latent Image Animator), model \(model).")
    }
}
