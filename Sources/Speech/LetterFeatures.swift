import Files
import Media
import Networks
import Tensors

/// Features of speech from sound, as DINet reads them: the logits that DeepSpeech 0.1 gives for the letters of English, 25 times a second.
///
/// The mean of the whole sound and a network that reads it backward, too, need the whole sound; of an hour, the coefficients (37 MB) and the
/// forward network's results (740 MB for the published one) are in memory at a time.
public struct LetterFeatures {
    /// Rows a second.
    public static let rate = 25
    /// One row each 1/25 s, the first at 0, (N, 29): space, a to z, apostrophe, blank.
    public let values: Tensor

    /// - Parameters:
    ///   - path: a file with sound.
    ///   - progress: is told how much is done, 0…1.
    ///   - observe: see `DeepSpeech.logits`.
    /// - Throws: `FileError` (input) for a file without sound that can be decoded, and for weights that are no numbers.
    public init(
        ofSound path: String, by network: DeepSpeech, progress: (Double) -> Void = { _ in }, observe: DeepSpeech.Observer? = nil
    ) throws {
        let reader = try SoundReader(path, rate: CepstralCoefficients.rate)
        // Every second frame: 50 a second.
        var coefficients = CepstralCoefficients(every: 2)
        while let piece = try reader.piece() { coefficients.take(piece) }
        coefficients.finish()
        let rows = SpeechRows(coefficients.values, context: network.context)
        // The first of every two rows: 25 a second.
        values = try network.logits(rows: rows.count, every: 2, progress: progress, observe: observe) { rows($0) }
    }

    /// A table of `values` for files.
    public var table: FeatureTable {
        let letters = ["space"] + (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) } + ["apostrophe", "blank"]
        let width = values.shape[1]
        return FeatureTable(
            values: values, columns: width == letters.count ? letters : (1...width).map { "output \($0)" }, rowsPerSecond: Double(Self.rate)
        )
    }
}
