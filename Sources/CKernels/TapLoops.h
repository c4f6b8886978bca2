// Convolution by taps on elements of one type. A file that includes this one first defines ELEMENT, REGISTER (LANES elements), NAMED (a
// macro that makes the functions' names), ADD_PRODUCTS (adds an element times PIECES registers to sums) and ADD_PRODUCT (times one
// register to one sum).
#include "Pieces.h"

/// Sums over channels and taps of weight times input, for ROWS output channels and `pieces` ≤ PIECES runs of LANES pixels.
INLINED void NAMED(tap_sums)(vector sums[ROWS][PIECES], int pieces, const ELEMENT *restrict weights, ptrdiff_t channels, ptrdiff_t taps,
    const ptrdiff_t *restrict offsets, const ELEMENT *const restrict places[PIECES], ptrdiff_t plane) {
    vector local[ROWS][PIECES];
    const ELEMENT *from[PIECES];
#pragma clang loop unroll(full)
    for (int k = 0; k < pieces; k++) {
        from[k] = places[k];
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < ROWS; row++)
#pragma clang loop unroll(full)
        for (int k = 0; k < pieces; k++) {
            local[row][k] = (vector){0};
        }
    for (ptrdiff_t channel = 0; channel < channels; channel++) {
#pragma clang loop unroll_count(9)
        for (ptrdiff_t tap = 0; tap < taps; tap++) {
            REGISTER values[PIECES];
#pragma clang loop unroll(full)
            for (int k = 0; k < pieces; k++) {
                values[k] = *(const REGISTER *)(from[k] + offsets[tap]);
            }
#pragma clang loop unroll(full)
            for (int row = 0; row < ROWS; row++) {
                if (pieces == PIECES) {
                    ADD_PRODUCTS(local[row], weights[row], values);
                } else {
#pragma clang loop unroll(full)
                    for (int k = 0; k < pieces; k++) {
                        ADD_PRODUCT(local[row][k], weights[row], values[k]);
                    }
                }
            }
            weights += TAP_BLOCK;
            // Prefetch weights: each is read once, and there are more than any cache holds.
            __builtin_prefetch(weights + 768);
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < pieces; k++) {
            from[k] += plane;
        }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < ROWS; row++)
#pragma clang loop unroll(full)
        for (int k = 0; k < pieces; k++) {
            sums[row][k] = local[row][k];
        }
}

/// tap_sums, compiled for each number of taps that is common, and for the last pieces, of which one at least is missing.
INLINED void NAMED(some_tap_sums)(vector sums[ROWS][PIECES], ptrdiff_t pieces, const ELEMENT *restrict weights, ptrdiff_t channels,
    ptrdiff_t taps, const ptrdiff_t *restrict offsets, const ELEMENT *const restrict places[PIECES], ptrdiff_t plane) {
    if (pieces < PIECES) {
        NAMED(tap_sums)(sums, PIECES - 1, weights, channels, taps, offsets, places, plane);
        return;
    }
    switch (taps) {
    case 9:
        NAMED(tap_sums)(sums, PIECES, weights, channels, 9, offsets, places, plane);
        break;
    case 4:
        NAMED(tap_sums)(sums, PIECES, weights, channels, 4, offsets, places, plane);
        break;
    case 2:
        NAMED(tap_sums)(sums, PIECES, weights, channels, 2, offsets, places, plane);
        break;
    case 1:
        NAMED(tap_sums)(sums, PIECES, weights, channels, 1, offsets, places, plane);
        break;
    default:
        NAMED(tap_sums)(sums, PIECES, weights, channels, taps, offsets, places, plane);
    }
}

LOOP void NAMED(tap_product)(const ELEMENT *restrict weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps,
    const ptrdiff_t *restrict offsets, const ELEMENT *restrict x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *restrict x_offsets,
    const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs,
    int adding, int finishing, const float *restrict scales, const float *restrict biases, kernel_activation activation) {
    const ELEMENT *from[PIECES];
    ptrdiff_t to[PIECES], count[PIECES];
    const ptrdiff_t pieces = runs * (16 / LANES);
#if PACKS
    // The panel holds what the taps read of PIECES pieces: it stays in the first-level cache for all outputs.
    if (outputs > TAP_BLOCK && channels * taps <= TAP_PASS) {
        static const ptrdiff_t here[1] = {0};
        ELEMENT panel[TAP_PASS * PIECES * LANES] __attribute__((aligned(64)));
        const ELEMENT *packed[PIECES];
        for (int k = 0; k < PIECES; k++) {
            packed[k] = panel + k * LANES;
        }
        for (ptrdiff_t piece = 0; piece < pieces; piece += PIECES) {
            if (!NAMED(take_pieces)(piece, runs, x, x_offsets, y_offsets, lengths, from, to, count)) {
                continue;
            }
            ELEMENT *next = panel;
            for (ptrdiff_t channel = 0; channel < channels; channel++) {
                for (ptrdiff_t tap = 0; tap < taps; tap++, next += PIECES * LANES)
#pragma clang loop unroll(full)
                    for (int k = 0; k < PIECES; k++) {
                        *(REGISTER *)(next + k * LANES) = *(const REGISTER *)(from[k] + channel * x_plane + offsets[tap]);
                    }
            }
            for (ptrdiff_t first = 0; first < outputs; first += ROWS) {
                vector sums[ROWS][PIECES];
                NAMED(some_tap_sums)(sums, pieces - piece, weights + first / TAP_BLOCK * block_step + first % TAP_BLOCK, channels * taps, 1,
                    here, packed, PIECES * LANES);
                NAMED(put)(sums, y + first * y_plane, y_plane, to, count, outputs - first, adding, finishing,
                    scales ? scales + first : NULL, biases ? biases + first : NULL, activation);
            }
        }
        return;
    }
#endif
    // The weights of one block stay in the first-level cache for all pieces.
    for (ptrdiff_t block = 0; block < outputs; block += TAP_BLOCK) {
        for (ptrdiff_t piece = 0; piece < pieces; piece += PIECES) {
            if (!NAMED(take_pieces)(piece, runs, x, x_offsets, y_offsets, lengths, from, to, count)) {
                continue;
            }
            for (ptrdiff_t first = block; first < outputs && first < block + TAP_BLOCK; first += ROWS) {
                vector sums[ROWS][PIECES];
                const ELEMENT *restrict own = weights + block / TAP_BLOCK * block_step + first % TAP_BLOCK;
                NAMED(some_tap_sums)(sums, pieces - piece, own, channels, taps, offsets, from, x_plane);
                NAMED(put)(sums, y + first * y_plane, y_plane, to, count, outputs - first, adding, finishing,
                    scales ? scales + first : NULL, biases ? biases + first : NULL, activation);
            }
        }
    }
}

/// Multiplies `channels` ≤ PANEL_CHANNELS rows of PANEL values, channels `first`… of `all`, with their weights, and writes or adds the
/// sums: `count` pixels of each of `outputs` planes.
INLINED void NAMED(panel_sums)(const ELEMENT *restrict weights, ptrdiff_t all, ptrdiff_t first, ptrdiff_t channels,
    const ELEMENT *restrict panel, ptrdiff_t count, float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing,
    const float *restrict scales, const float *restrict biases, kernel_activation activation) {
    static const ptrdiff_t here[1] = {0};
    const ELEMENT *from[PIECES];
    ptrdiff_t to[PIECES], counts[PIECES];
    for (int k = 0; k < PIECES; k++) {
        from[k] = panel + k * LANES;
        to[k] = k * LANES;
        counts[k] = count - to[k];
    }
    for (ptrdiff_t output = 0; output < outputs; output += ROWS) {
        vector sums[ROWS][PIECES];
        const ELEMENT *restrict block = weights + (output / TAP_BLOCK * all + first) * TAP_BLOCK + output % TAP_BLOCK;
        NAMED(some_tap_sums)(sums, (count + LANES - 1) / LANES, block, channels, 1, here, from, PANEL);
        NAMED(put)(sums, y + output * y_plane, y_plane, to, counts, outputs - output, adding || first > 0,
            finishing && first + channels == all, scales ? scales + output : NULL, biases ? biases + output : NULL, activation);
    }
}

LOOP void NAMED(panel_product)(const ELEMENT *restrict weights, ptrdiff_t channels, const ELEMENT *restrict panels, ptrdiff_t pixels,
    float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding) {
    for (ptrdiff_t pixel = 0; pixel < pixels; pixel += PANEL, panels += channels * PANEL) {
        // Whole vectors are stored, but no more: the last panel may be hardly filled.
        const ptrdiff_t rest = (pixels - pixel + LANES - 1) / LANES * LANES, count = rest < PANEL ? rest : PANEL;
        for (ptrdiff_t first = 0; first < channels; first += PANEL_CHANNELS) {
            const ptrdiff_t pass = channels - first < PANEL_CHANNELS ? channels - first : PANEL_CHANNELS;
            const ELEMENT *restrict panel = panels + first * PANEL;
            NAMED(panel_sums)(weights, channels, first, pass, panel, count, y + pixel, y_plane, outputs, adding, 0, NULL, NULL, identity);
        }
    }
}

#undef ELEMENT
#undef REGISTER
#undef NAMED
#undef ADD_PRODUCTS
#undef ADD_PRODUCT
