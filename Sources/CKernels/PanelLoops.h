// Products of matrices on panels of pixels. A file that includes this one first includes ConvolutionLoops.h.

/// Pixels in a panel: tap_sums takes so many at a time.
#define PANEL (PIECES * LANES)
/// Channels in a pass over a panel, so that the panel stays in the first-level cache.
#define PANEL_CHANNELS 256

/// Multiplies `channels` ≤ PANEL_CHANNELS rows of PANEL values, channels `first`… of `all`, with their weights, and writes or adds the
/// sums: `count` pixels of each of `outputs` planes.
INLINED void panel_sums(const float *restrict weights, ptrdiff_t all, ptrdiff_t first, ptrdiff_t channels, const float *restrict panel,
    ptrdiff_t count, float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *restrict scales,
    const float *restrict biases, kernel_activation activation) {
    static const ptrdiff_t here[1] = {0};
    const float *from[PIECES];
    ptrdiff_t to[PIECES], counts[PIECES];
    for (int k = 0; k < PIECES; k++) {
        from[k] = panel + k * LANES;
        to[k] = k * LANES;
        counts[k] = count - to[k];
    }
    for (ptrdiff_t output = 0; output < outputs; output += ROWS) {
        vector sums[ROWS][PIECES];
        const float *restrict block = weights + (output / TAP_BLOCK * all + first) * TAP_BLOCK + output % TAP_BLOCK;
        some_tap_sums(sums, (count + LANES - 1) / LANES, block, channels, 1, here, from, PANEL);
        put(sums, y + output * y_plane, y_plane, to, counts, outputs - output, adding || first > 0, finishing && first + channels == all,
            scales ? scales + output : NULL, biases ? biases + output : NULL, activation);
    }
}

LOOP void pointwise_product(const float *restrict weights, ptrdiff_t channels, const float *restrict x, ptrdiff_t x_plane, ptrdiff_t pixels,
    float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs, int finishing, const float *restrict scales, const float *restrict biases,
    kernel_activation activation) {
    float panel[PANEL_CHANNELS * PANEL] __attribute__((aligned(64)));
    for (ptrdiff_t pixel = 0; pixel < pixels; pixel += PANEL) {
        const ptrdiff_t own = pixels - pixel < PANEL ? pixels - pixel : PANEL;
        for (ptrdiff_t first = 0; first < channels; first += PANEL_CHANNELS) {
            const ptrdiff_t pass = channels - first < PANEL_CHANNELS ? channels - first : PANEL_CHANNELS;
            for (ptrdiff_t c = 0; c < pass; c++) {
                const float *restrict line = x + (first + c) * x_plane + pixel;
                if (own == PANEL) {
                    memcpy(panel + c * PANEL, line, PANEL * sizeof(float));
                } else {
                    for (ptrdiff_t p = 0; p < PANEL; p++) {
                        panel[c * PANEL + p] = p < own ? line[p] : 0;
                    }
                }
            }
            panel_sums(weights, channels, first, pass, panel, own, y + pixel, y_plane, outputs, 0, finishing, scales, biases, activation);
        }
    }
}

LOOP void panel_product(const float *restrict weights, ptrdiff_t channels, const float *restrict panels, ptrdiff_t pixels,
    float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding) {
    for (ptrdiff_t pixel = 0; pixel < pixels; pixel += PANEL, panels += channels * PANEL) {
        // Whole vectors are stored, but no more: the last panel may be hardly filled.
        const ptrdiff_t rest = (pixels - pixel + LANES - 1) / LANES * LANES, count = rest < PANEL ? rest : PANEL;
        for (ptrdiff_t first = 0; first < channels; first += PANEL_CHANNELS) {
            const ptrdiff_t pass = channels - first < PANEL_CHANNELS ? channels - first : PANEL_CHANNELS;
            const float *restrict panel = panels + first * PANEL;
            panel_sums(weights, channels, first, pass, panel, count, y + pixel, y_plane, outputs, adding, 0, NULL, NULL, identity);
        }
    }
}
