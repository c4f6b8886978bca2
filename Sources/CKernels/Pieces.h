// Pieces of a convolution's results: PIECES vectors of pixels by ROWS output channels. A file that includes this one defines these,
// ELEMENT (what is read) and NAMED (what the functions are called).

/// Writes sums of at most `rows` output channels, `count` values of every piece, as kernel_tap_product says.
INLINED void NAMED(put)(vector sums[ROWS][PIECES], float *restrict y, ptrdiff_t y_plane, const ptrdiff_t to[PIECES],
                        const ptrdiff_t count[PIECES], ptrdiff_t rows, int adding, int finishing, const float *restrict scales,
                        const float *restrict biases, int activate) {
    for (ptrdiff_t row = 0; row < ROWS && row < rows; row++) {
        float scale = scales ? scales[row] : 1, bias = biases ? biases[row] : 0;
        for (int k = 0; k < PIECES; k++) {
            float *restrict place = y + row * y_plane + to[k];
            if (count[k] >= LANES) {
                vector value = sums[row][k];
                if (adding) value += *(vector *)place;
                if (finishing) {
                    value = value * scale + bias;
                    if (activate) value = 1.41421356237309515f * __builtin_elementwise_max(value, 0.2f * value);
                }
                *(vector *)place = value;
            } else {
                for (ptrdiff_t lane = 0; lane < count[k]; lane++) {
                    float value = sums[row][k][lane];
                    if (adding) value += place[lane];
                    place[lane] = finished(value, finishing, scale, bias, activate);
                }
            }
        }
    }
}

/// Pieces of tap_product: where they read, where they write, how many values each has; whether any has some.
INLINED int NAMED(take_pieces)(ptrdiff_t piece, ptrdiff_t runs, const ELEMENT *restrict x, const ptrdiff_t *restrict x_offsets,
                          const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, const ELEMENT *from[PIECES],
                          ptrdiff_t to[PIECES], ptrdiff_t count[PIECES]) {
    const ptrdiff_t parts = 16 / LANES;
    int isBusy = 0;
    for (int k = 0; k < PIECES; k++) {
        // The last are idle where there are fewer.
        ptrdiff_t own = piece + k < runs * parts ? piece + k : piece;
        ptrdiff_t run = own / parts, start = own % parts * LANES;
        from[k] = x + x_offsets[run] + start;
        to[k] = y_offsets[run] + start;
        count[k] = piece + k < runs * parts ? lengths[run] - start : 0;
        if (count[k] > 0) isBusy = 1;
    }
    return isBusy;
}
