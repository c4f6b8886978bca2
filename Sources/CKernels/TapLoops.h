// Convolution by taps on elements of one kind: a file that includes this one defines ELEMENT, REGISTER (as many of them as a vector has
// lanes), NAMED (what the functions are called) and ADD_PRODUCT.

/// Sums over channels and taps of weight times input, for ROWS output channels and two runs of LANES pixels.
INLINED void NAMED(tap_sums)(vector sums[ROWS][2], const ELEMENT *restrict weights, ptrdiff_t channels, ptrdiff_t taps,
                      const ptrdiff_t *restrict offsets, const ELEMENT *restrict a, const ELEMENT *restrict b,
                      ptrdiff_t plane) {
    vector local[ROWS][2];
    for (int row = 0; row < ROWS; row++) local[row][0] = local[row][1] = (vector){0};
    for (ptrdiff_t channel = 0; channel < channels; channel++) {
#pragma clang loop unroll_count(9)
        for (ptrdiff_t tap = 0; tap < taps; tap++) {
            REGISTER first = *(const REGISTER *)(a + offsets[tap]), second = *(const REGISTER *)(b + offsets[tap]);
#pragma clang loop unroll(full)
            for (int row = 0; row < ROWS; row++) {
                ADD_PRODUCT(local[row][0], weights[row], first);
                ADD_PRODUCT(local[row][1], weights[row], second);
            }
            weights += TAP_BLOCK;
            // Weights are read once each, and far more of them than any cache holds.
            __builtin_prefetch(weights + 768);
        }
        a += plane;
        b += plane;
    }
    for (int row = 0; row < ROWS; row++) {
        sums[row][0] = local[row][0];
        sums[row][1] = local[row][1];
    }
}

LOOP void NAMED(tap_product)(const ELEMENT *restrict weights, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *restrict offsets,
                      const ELEMENT *restrict x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *restrict x_offsets,
                      const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, float *restrict y,
                      ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *restrict scales,
                      const float *restrict biases, int activate) {
    const ptrdiff_t parts = 16 / LANES;
    for (ptrdiff_t piece = 0; piece < runs * parts; piece += 2) {
        // Two pieces of LANES pixels; the second is idle where they are odd in number.
        ptrdiff_t from[2], to[2], count[2];
        for (int k = 0; k < 2; k++) {
            ptrdiff_t run = piece + k < runs * parts ? (piece + k) / parts : (piece + k - 1) / parts;
            ptrdiff_t start = (piece + k < runs * parts ? (piece + k) % parts : 0) * LANES;
            from[k] = x_offsets[run] + start;
            to[k] = y_offsets[run] + start;
            count[k] = piece + k < runs * parts ? lengths[run] - start : 0;
        }
        if (count[0] <= 0 && count[1] <= 0) continue;
        const ELEMENT *restrict a = x + from[0], *restrict b = x + from[1];
        for (ptrdiff_t first = 0; first < outputs; first += ROWS) {
            vector sums[ROWS][2];
            const ELEMENT *restrict own = weights + first;
            switch (taps) {
            case 9: NAMED(tap_sums)(sums, own, channels, 9, offsets, a, b, x_plane); break;
            case 4: NAMED(tap_sums)(sums, own, channels, 4, offsets, a, b, x_plane); break;
            case 2: NAMED(tap_sums)(sums, own, channels, 2, offsets, a, b, x_plane); break;
            case 1: NAMED(tap_sums)(sums, own, channels, 1, offsets, a, b, x_plane); break;
            default: NAMED(tap_sums)(sums, own, channels, taps, offsets, a, b, x_plane);
            }
            for (ptrdiff_t row = 0; row < ROWS && first + row < outputs; row++) {
                float scale = scales ? scales[first + row] : 1, bias = biases ? biases[first + row] : 0;
                for (int k = 0; k < 2; k++) {
                    float *restrict place = y + (first + row) * y_plane + to[k];
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
                            if (finishing) {
                                value = value * scale + bias;
                                if (activate) value = activated(value);
                            }
                            place[lane] = value;
                        }
                    }
                }
            }
        }
    }
}

#undef ELEMENT
#undef REGISTER
#undef NAMED
#undef ADD_PRODUCT
