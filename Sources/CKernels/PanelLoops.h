// The product of a matrix with pixels as they lie in their planes. A file that includes this one first includes ConvolutionLoops.h.

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

