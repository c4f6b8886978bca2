// Pieces of a convolution's results: PIECES vectors of pixels by ROWS output channels. A file that includes this one first defines
// PIECES, ROWS, ELEMENT (the type that is read) and NAMED (a macro that makes the functions' names).

/// Writes or adds the sums of the first `rows` output channels, count[k] values of piece k, and finishes them as tap_product does.
INLINED void NAMED(put)(vector sums[ROWS][PIECES], float *restrict y, ptrdiff_t y_plane, const ptrdiff_t to[PIECES],
    const ptrdiff_t count[PIECES], ptrdiff_t rows, int adding, int finishing, const float *restrict scales, const float *restrict biases,
    kernel_activation activation) {
    for (ptrdiff_t row = 0; row < ROWS && row < rows; row++) {
        float scale = scales ? scales[row] : 1, bias = biases ? biases[row] : 0;
        for (int k = 0; k < PIECES; k++) {
            float *restrict place = y + row * y_plane + to[k];
            if (count[k] >= LANES) {
                vector value = sums[row][k];
                if (adding) {
                    value += *(vector *)place;
                }
                if (finishing) {
                    value = activated_lanes(value * scale + bias, activation);
                }
                *(vector *)place = value;
            } else {
                for (ptrdiff_t lane = 0; lane < count[k]; lane++) {
                    float value = sums[row][k][lane];
                    if (adding) {
                        value += place[lane];
                    }
                    place[lane] = finished(value, finishing, scale, bias, activation);
                }
            }
        }
    }
}

/// Finds for pieces piece… of tap_product where they read and write and how many values they have; returns whether any has values.
INLINED int NAMED(take_pieces)(ptrdiff_t piece, ptrdiff_t runs, const ELEMENT *restrict x, const ptrdiff_t *restrict x_offsets,
    const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, const ELEMENT *from[PIECES], ptrdiff_t to[PIECES],
    ptrdiff_t count[PIECES]) {
    const ptrdiff_t parts = 16 / LANES;
    int isBusy = 0;
    for (int k = 0; k < PIECES; k++) {
        // Pieces past the last run repeat the first one and write nothing.
        ptrdiff_t own = piece + k < runs * parts ? piece + k : piece;
        ptrdiff_t run = own / parts, start = own % parts * LANES;
        from[k] = x + x_offsets[run] + start;
        to[k] = y_offsets[run] + start;
        count[k] = piece + k < runs * parts ? lengths[run] - start : 0;
        if (count[k] > 0) {
            isBusy = 1;
        }
    }
    return isBusy;
}
