// Winograd's convolution F(4×4, 3×3). A file that includes this one first includes Fours.h.
//
// Along one axis, products are values of polynomials at the points 0, ±NEAR, ±FAR and infinity. These points round least: with 0, ±1, ±2 and
// infinity errors are twice as large.
#define NEAR 0.75f
#define FAR 1.5f
#define SQUARED(x) ((x) * (x))

/// 3×3 weights times the gain of the results r < count ≤ TAP_BLOCK, from[r·step…], place by place; zeros for the others.
INLINED void take_kernels(float g[9][TAP_BLOCK], const float *restrict from, ptrdiff_t step, ptrdiff_t count, int turned, float gain) {
    memset(g, 0, sizeof(float) * 9 * TAP_BLOCK);
    for (ptrdiff_t r = 0; r < count; r++) {
        for (int i = 0; i < 9; i++) {
            g[turned ? 8 - i : i][r] = from[r * step + i] * gain;
        }
    }
}

/// G·g of F(4×4, 3×3) along one axis: three weights of each result of a block become six.
INLINED void winograd_spread(
    float *restrict out, ptrdiff_t step, const float *restrict a, const float *restrict b, const float *restrict c) {
    for (int r = 0; r < TAP_BLOCK; r++) {
        const float between = SQUARED(FAR) - SQUARED(NEAR);
        const float near = (a[r] + SQUARED(NEAR) * c[r]) / (-2 * SQUARED(NEAR) * between);
        const float far = (a[r] + SQUARED(FAR) * c[r]) / (2 * SQUARED(FAR) * between);
        const float near_odd = b[r] / (-2 * NEAR * between), far_odd = b[r] / (2 * FAR * between);
        out[r] = a[r] / SQUARED(NEAR * FAR);
        out[step + r] = near + near_odd;
        out[2 * step + r] = near - near_odd;
        out[3 * step + r] = far + far_odd;
        out[4 * step + r] = far - far_odd;
        out[5 * step + r] = c[r];
    }
}

LOOP void winograd_weights(
    float *restrict to, ptrdiff_t k_step, const float *restrict from, ptrdiff_t step, ptrdiff_t count, int turned, float gain) {
    float g[9][TAP_BLOCK], rows[6][3][TAP_BLOCK];
    take_kernels(g, from, step, count, turned, gain);
    for (int column = 0; column < 3; column++) {
        winograd_spread(rows[0][column], 3 * TAP_BLOCK, g[column], g[3 + column], g[6 + column]);
    }
    for (int row = 0; row < 6; row++) {
        winograd_spread(to + 6 * row * k_step, k_step, rows[row][0], rows[row][1], rows[row][2]);
    }
}

/// Bᵀ·d of F(4×4, 3×3) along one axis: six input values become six.
INLINED void winograd_in(vector out[6], vector d0, vector d1, vector d2, vector d3, vector d4, vector d5) {
    const vector near = d4 - SQUARED(FAR) * d2, near_odd = NEAR * (d3 - SQUARED(FAR) * d1);
    const vector far = d4 - SQUARED(NEAR) * d2, far_odd = FAR * (d3 - SQUARED(NEAR) * d1);
    const float product = SQUARED(NEAR * FAR), sum = SQUARED(NEAR) + SQUARED(FAR);
    out[0] = product * d0 - sum * d2 + d4;
    out[1] = near + near_odd;
    out[2] = near - near_odd;
    out[3] = far + far_odd;
    out[4] = far - far_odd;
    out[5] = product * d1 - sum * d3 + d5;
}

/// winograd_input for `own` ≤ LANES tiles.
INLINED void winograd_input_tiles(float *restrict v, ptrdiff_t v_step, const float *restrict x, ptrdiff_t height, ptrdiff_t width,
    ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t own, float scale, int half) {
    const ptrdiff_t column = 4 * first;
    vector mixed[6][6];
#pragma clang loop unroll(full)
    for (int k = 0; k < 6; k++) {
        const ptrdiff_t row = 4 * tile_row - 1 + k;
        // Rows and columns outside the picture are zeros.
        const int inside = row >= 0 && row < height;
        const float *restrict from = x + (inside ? row : row < 0 ? 0 : height - 1) * width + column;
        const float factor = inside ? scale : 0, before = column > 0 ? from[-1] : 0;
        // The next channel is mostly transformed next, and the run is too short for the hardware prefetcher.
        prefetch_line(from + height * width, 4 * LANES);
        const float after = column + 4 * own < width ? from[4 * own] : 0;
        vector d[4];
        take_some_fours(d, from, own);
        const vector d0 = moved_up(d[3], before);
        vector d5 = moved_down(d[0], after);
        if (own < LANES) {
            d5[own - 1] = after;
        }
        winograd_in(mixed[k], factor * d0, factor * d[0], factor * d[1], factor * d[2], factor * d[3], factor * d5);
    }
#pragma clang loop unroll(full)
    for (int l = 0; l < 6; l++) {
        vector out[6];
        winograd_in(out, mixed[0][l], mixed[1][l], mixed[2][l], mixed[3][l], mixed[4][l], mixed[5][l]);
#pragma clang loop unroll(full)
        for (int k = 0; k < 6; k++) {
            put_operands(v + (6 * k + l) * v_step, out[k], own, half);
        }
    }
}

LOOP void winograd_input(float *restrict v, ptrdiff_t v_step, const float *restrict x, ptrdiff_t height, ptrdiff_t width,
    ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, float scale, int half) {
    ptrdiff_t tile = 0;
    for (; tile + LANES <= count; tile += LANES) {
        winograd_input_tiles(v + tile, v_step, x, height, width, tile_row, first + tile, LANES, scale, half);
    }
    if (tile < count) {
        winograd_input_tiles(v + tile, v_step, x, height, width, tile_row, first + tile, count - tile, scale, half);
    }
}

/// Aᵀ·m of F(4×4, 3×3) along one axis: six products become four results.
INLINED void winograd_out(vector out[4], vector m0, vector m1, vector m2, vector m3, vector m4, vector m5) {
    const vector near = m1 + m2, near_odd = NEAR * (m1 - m2), far = m3 + m4, far_odd = FAR * (m3 - m4);
    out[0] = m0 + near + far;
    out[1] = near_odd + far_odd;
    out[2] = SQUARED(NEAR) * near + SQUARED(FAR) * far;
    out[3] = SQUARED(NEAR) * near_odd + SQUARED(FAR) * far_odd + m5;
}

/// winograd_output for `own` ≤ LANES tiles.
INLINED void winograd_output_tiles(float *restrict y, ptrdiff_t width, ptrdiff_t own, const float *restrict m, ptrdiff_t m_step,
    float scale, float bias, kernel_activation activation) {
    vector mixed[6][4];
#pragma clang loop unroll(full)
    for (int l = 0; l < 6; l++) {
        vector in[6];
#pragma clang loop unroll(full)
        for (int k = 0; k < 6; k++) {
            in[k] = take_lanes(m + (6 * k + l) * m_step, own);
        }
        winograd_out(mixed[l], in[0], in[1], in[2], in[3], in[4], in[5]);
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        vector out[4];
        winograd_out(out, mixed[0][k], mixed[1][k], mixed[2][k], mixed[3][k], mixed[4][k], mixed[5][k]);
        put_finished_fours(y + k * width, out, own, scale, bias, activation);
    }
}

LOOP void winograd_output(float *restrict y, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, const float *restrict m,
    ptrdiff_t m_step, float scale, float bias, kernel_activation activation) {
    float *restrict to = y + 4 * (tile_row * width + first);
    ptrdiff_t tile = 0;
    for (; tile + LANES <= count; tile += LANES) {
        winograd_output_tiles(to + 4 * tile, width, LANES, m + tile, m_step, scale, bias, activation);
    }
    if (tile < count) {
        winograd_output_tiles(to + 4 * tile, width, count - tile, m + tile, m_step, scale, bias, activation);
    }
}

/// A·d of F(4×4, 3×3) along one axis: the gradients of four results become those of six products.
INLINED void winograd_back(vector out[6], vector d0, vector d1, vector d2, vector d3) {
    const vector near = d0 + SQUARED(NEAR) * d2, near_odd = NEAR * (d1 + SQUARED(NEAR) * d3);
    const vector far = d0 + SQUARED(FAR) * d2, far_odd = FAR * (d1 + SQUARED(FAR) * d3);
    out[0] = d0;
    out[1] = near + near_odd;
    out[2] = near - near_odd;
    out[3] = far + far_odd;
    out[4] = far - far_odd;
    out[5] = d3;
}

/// winograd_gradient for `own` ≤ LANES tiles.
INLINED void winograd_gradient_tiles(float *restrict u, ptrdiff_t u_step, const float *restrict dy, ptrdiff_t width, ptrdiff_t own) {
    vector mixed[4][6];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        vector d[4];
        take_some_fours(d, dy + k * width, own);
        winograd_back(mixed[k], d[0], d[1], d[2], d[3]);
    }
#pragma clang loop unroll(full)
    for (int l = 0; l < 6; l++) {
        vector out[6];
        winograd_back(out, mixed[0][l], mixed[1][l], mixed[2][l], mixed[3][l]);
#pragma clang loop unroll(full)
        for (int k = 0; k < 6; k++) {
            put_operands(u + (6 * k + l) * u_step, out[k], own, 0);
        }
    }
}

LOOP void winograd_gradient(
    float *restrict u, ptrdiff_t u_step, const float *restrict dy, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count) {
    const float *restrict from = dy + 4 * (tile_row * width + first);
    ptrdiff_t tile = 0;
    for (; tile + LANES <= count; tile += LANES) {
        winograd_gradient_tiles(u + tile, u_step, from + 4 * tile, width, LANES);
    }
    if (tile < count) {
        winograd_gradient_tiles(u + tile, u_step, from + 4 * tile, width, count - tile);
    }
}

/// Gᵀ·p of F(4×4, 3×3) along one axis: the sums of six products become the gradients of three weights.
INLINED void winograd_gather(vector out[3], const vector p[6]) {
    const float between = SQUARED(FAR) - SQUARED(NEAR);
    const vector near = (p[1] + p[2]) / (-2 * between), far = (p[3] + p[4]) / (2 * between);
    out[0] = p[0] / SQUARED(NEAR * FAR) + near / SQUARED(NEAR) + far / SQUARED(FAR);
    out[1] = (p[1] - p[2]) / (-2 * NEAR * between) + (p[3] - p[4]) / (2 * FAR * between);
    out[2] = near + far + p[5];
}

LOOP void winograd_weight_gradient(float *restrict to, const float *restrict sums, ptrdiff_t k_step, ptrdiff_t count) {
    for (ptrdiff_t channel = 0; channel < count; channel += LANES) {
        const ptrdiff_t own = count - channel < LANES ? count - channel : LANES;
        vector columns[3][6];
        for (int l = 0; l < 6; l++) {
            vector in[6], out[3];
            for (int k = 0; k < 6; k++) {
                in[k] = take_lanes(sums + (6 * k + l) * k_step + channel, own);
            }
            winograd_gather(out, in);
            for (int k = 0; k < 3; k++) {
                columns[k][l] = out[k];
            }
        }
        for (int k = 0; k < 3; k++) {
            vector out[3];
            winograd_gather(out, columns[k]);
            for (int l = 0; l < 3; l++) {
                for (ptrdiff_t c = 0; c < own; c++) {
                    to[(channel + c) * 9 + 3 * k + l] += out[l][c];
                }
            }
        }
    }
}

#undef NEAR
#undef FAR
#undef SQUARED
