import Tensors

/// Mouths and sound, the first half of which belong together: (N, 15, m, m), RGB in [0, 1], and (N, values, 9).
public struct SyncNetBatch {
    let mouths, sound: Tensor

    var half: Int { mouths.shape[0] / 2 }
}
