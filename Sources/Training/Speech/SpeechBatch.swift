import Tensors

/// Moments of speech: what is heard around them, (N, 20, 32), and the mouths, (N, 3).
public struct SpeechBatch {
    let spectra, mouths: Tensor
}
