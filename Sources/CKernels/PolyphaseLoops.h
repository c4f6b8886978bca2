// Convolution that halves or doubles the sides, by Winograd's way in phases: tiles of 4×4 places of the smaller side take 81 products
// instead of 144. A file that includes this one first includes Fours.h.
//
// Along one axis, with three weights w and places in fours:
//     doubling    even[r] = w₀·x[r] + w₂·x[r − 1],  odd[r] = w₁·x[r]
//     halving     y[r] = w₀·even[r] + w₂·even[r + 1] + w₁·odd[r]
// The two-tap phase is the product of polynomials of degrees 3 and 1 (or its transpose), known by its values at the points ±A, −B, ∞ and B,
// which round least; the one-tap phase takes the first four of them. Doubling transforms its input once for both phases, halving adds the
// products of both before it transforms them to results. The nine values of an axis are those of the even phase, then those of the odd one.
#define A 0.5f
#define B 1.5f
#define A2 (A * A)
#define B2 (B * B)

/// Three weights of each result of a block become nine.
INLINED void polyphase_spread(
    float *restrict out, ptrdiff_t step, const float *restrict a, const float *restrict b, const float *restrict c) {
    const float near = 2 * A * (A2 - B2), far = 2 * B * (B2 - A2);
    for (int r = 0; r < TAP_BLOCK; r++) {
        out[r] = (a[r] + A * c[r]) / near;
        out[step + r] = (a[r] - A * c[r]) / -near;
        out[2 * step + r] = (a[r] - B * c[r]) / -far;
        out[3 * step + r] = c[r];
        out[4 * step + r] = (a[r] + B * c[r]) / far;
        out[5 * step + r] = b[r] / (2 * A * (A + B));
        out[6 * step + r] = b[r] / (2 * A * (A - B));
        out[7 * step + r] = b[r] / (B2 - A2);
        out[8 * step + r] = b[r];
    }
}

LOOP void polyphase_weights(
    float *restrict to, ptrdiff_t k_step, const float *restrict from, ptrdiff_t step, ptrdiff_t count, int turned, float gain) {
    float g[9][TAP_BLOCK], rows[9][3][TAP_BLOCK];
    take_kernels(g, from, step, count, turned, gain);
    for (int column = 0; column < 3; column++) {
        polyphase_spread(rows[0][column], 3 * TAP_BLOCK, g[column], g[3 + column], g[6 + column]);
    }
    for (int row = 0; row < 9; row++) {
        polyphase_spread(to + 9 * row * k_step, k_step, rows[row][0], rows[row][1], rows[row][2]);
    }
}

/// Four input values become their polynomial's values at the five points.
INLINED void doubling_in(vector out[5], const vector x[4]) {
    const vector near = x[0] + A2 * x[2], near_odd = A * (x[1] + A2 * x[3]);
    const vector far = x[0] + B2 * x[2], far_odd = B * (x[1] + B2 * x[3]);
    out[0] = near + near_odd;
    out[1] = near - near_odd;
    out[2] = far - far_odd;
    out[3] = x[3];
    out[4] = far + far_odd;
}

LOOP void doubling_input(float *restrict v, ptrdiff_t v_step, const float *restrict x, ptrdiff_t plane, ptrdiff_t width, ptrdiff_t count,
    float scale, int half) {
    for (ptrdiff_t tile = 0; tile < count; tile += LANES) {
        const ptrdiff_t own = count - tile < LANES ? count - tile : LANES;
        vector mixed[4][5];
#pragma clang loop unroll(full)
        for (int row = 0; row < 4; row++) {
            vector d[4];
            take_some_fours(d, x + row * width + 4 * tile, own);
            prefetch_line(x + plane + row * width + 4 * tile, 4 * LANES);
#pragma clang loop unroll(full)
            for (int k = 0; k < 4; k++) {
                d[k] *= scale;
            }
            doubling_in(mixed[row], d);
        }
#pragma clang loop unroll(full)
        for (int l = 0; l < 5; l++) {
            const vector column[4] = {mixed[0][l], mixed[1][l], mixed[2][l], mixed[3][l]};
            vector out[5];
            doubling_in(out, column);
#pragma clang loop unroll(full)
            for (int k = 0; k < 5; k++) {
                put_operands(v + (5 * k + l) * v_step + tile, out[k], own, half);
            }
        }
    }
}

/// Nine products become five values of the even phase, whose last is added to the next tile's first, and four of the odd one.
INLINED void doubling_out(vector out[9], const vector m[9]) {
    const vector near = m[0] + m[1], near_odd = A * (m[0] - m[1]), far = m[2] + m[4], far_odd = B * (m[4] - m[2]);
    out[0] = A2 * B2 * m[3] - B2 * near_odd - A2 * far_odd;
    out[1] = -B2 * near - A2 * far;
    out[2] = near_odd + far_odd - (A2 + B2) * m[3];
    out[3] = near + far;
    out[4] = m[3];
    const vector sum = m[5] + m[6], difference = A * (m[5] - m[6]);
    out[5] = B * difference - A2 * (m[7] + B * m[8]);
    out[6] = B * sum + difference - A2 * m[8];
    out[7] = sum + m[7] + B * m[8];
    out[8] = m[8];
}

LOOP void doubling_output(
    float *const grids[4], ptrdiff_t stride, ptrdiff_t count, const float *restrict m, ptrdiff_t m_step) {
    float before[9] = {0};
    for (ptrdiff_t tile = 0; tile < count; tile += LANES) {
        const ptrdiff_t own = count - tile < LANES ? count - tile : LANES;
        vector mixed[9][9];
#pragma clang loop unroll(disable)
        for (int l = 0; l < 9; l++) {
            vector in[9], out[9];
#pragma clang loop unroll(full)
            for (int k = 0; k < 9; k++) {
                in[k] = take_lanes(m + (9 * k + l) * m_step + tile, own);
            }
            doubling_out(out, in);
#pragma clang loop unroll(full)
            for (int k = 0; k < 9; k++) {
                mixed[k][l] = out[k];
            }
        }
#pragma clang loop unroll(disable)
        for (int k = 0; k < 9; k++) {
            vector out[9];
            doubling_out(out, mixed[k]);
            float *restrict even = grids[k < 5 ? 0 : 2] + (k < 5 ? k : k - 5) * stride + 4 * tile;
            float *restrict odd = grids[k < 5 ? 1 : 3] + (k < 5 ? k : k - 5) * stride + 4 * tile;
            out[0] += moved_up(out[4], before[k]);
            before[k] = out[4][own - 1];
            if (k == 0) {
                // The tiles above have left their fifth row here.
                add_some_fours(even, out, own);
                add_some_fours(odd, out + 5, own);
            } else {
                put_some_fours(even, out, own);
                put_some_fours(odd, out + 5, own);
            }
            if (tile + own == count) {
                even[4 * own] = before[k] + (k == 0 ? even[4 * own] : 0);
            }
        }
    }
}

/// Nine input values, five of the even phase and four of the odd one, become nine.
INLINED void halving_in(vector out[9], const vector x[9]) {
    const vector near = x[3] - B2 * x[1], near_odd = A * (x[2] - B2 * x[0]), far = x[3] - A2 * x[1], far_odd = B * (x[2] - A2 * x[0]);
    out[0] = near + near_odd;
    out[1] = near - near_odd;
    out[2] = far - far_odd;
    out[3] = x[4] - (A2 + B2) * x[2] + A2 * B2 * x[0];
    out[4] = far + far_odd;
    const vector sum = x[7] + B * x[6], difference = x[6] + B * x[5];
    out[5] = sum + A * difference;
    out[6] = sum - A * difference;
    out[7] = x[7] - A2 * x[5];
    out[8] = x[8] + B * x[7] - A2 * difference;
}

/// Loads 8·own + 1 values in a row: out[k] gets values 2·k, 2·k + 8, …, out[5 + k] those after them.
INLINED void take_phases(vector out[9], const float *restrict from, ptrdiff_t own) {
    float line[8 * LANES] = {0};
    vector d[8], even[4], odd[4];
    float after = 0;
    if (own == LANES) {
        after = from[8 * LANES];
    } else {
        memcpy(line, from, sizeof(float) * (8 * (size_t)own + 1));
        from = line;
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < 8; k++) {
        d[k] = *(const vector *)(from + k * LANES);
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        even[k] = EVENS(d[2 * k], d[2 * k + 1]);
        odd[k] = ODDS(d[2 * k], d[2 * k + 1]);
    }
    fours_of(out, even);
    fours_of(out + 5, odd);
    out[4] = moved_down(out[0], after);
}

LOOP void halving_input(float *restrict v, ptrdiff_t v_step, const float *restrict x, ptrdiff_t plane, ptrdiff_t width, ptrdiff_t count,
    float scale, int half) {
    for (ptrdiff_t tile = 0; tile < count; tile += LANES) {
        const ptrdiff_t own = count - tile < LANES ? count - tile : LANES;
        vector mixed[9][9];
#pragma clang loop unroll(disable)
        for (int row = 0; row < 9; row++) {
            vector d[9];
            take_phases(d, x + row * width + 8 * tile, own);
            prefetch_line(x + plane + row * width + 8 * tile, 8 * LANES);
#pragma clang loop unroll(full)
            for (int k = 0; k < 9; k++) {
                d[k] *= scale;
            }
            // The rows of the even phase come first, as the columns do.
            halving_in(mixed[row % 2 ? 5 + row / 2 : row / 2], d);
        }
#pragma clang loop unroll(disable)
        for (int l = 0; l < 9; l++) {
            vector in[9], out[9];
#pragma clang loop unroll(full)
            for (int k = 0; k < 9; k++) {
                in[k] = mixed[k][l];
            }
            halving_in(out, in);
#pragma clang loop unroll(full)
            for (int k = 0; k < 9; k++) {
                put_operands(v + (9 * k + l) * v_step + tile, out[k], own, half);
            }
        }
    }
}

/// Five sums of products become four results.
INLINED void halving_out(vector out[4], const vector m[5]) {
    const vector near = m[0] + m[1], near_odd = A * (m[0] - m[1]), far = m[2] + m[4], far_odd = B * (m[4] - m[2]);
    out[0] = near + far;
    out[1] = near_odd + far_odd;
    out[2] = A2 * near + B2 * far;
    out[3] = A2 * near_odd + B2 * far_odd + m[3];
}

LOOP void halving_output(float *restrict y, ptrdiff_t width, ptrdiff_t count, const float *restrict m, ptrdiff_t m_step, float scale,
    float bias, kernel_activation activation) {
    for (ptrdiff_t tile = 0; tile < count; tile += LANES) {
        const ptrdiff_t own = count - tile < LANES ? count - tile : LANES;
        vector mixed[5][4];
#pragma clang loop unroll(full)
        for (int l = 0; l < 5; l++) {
            vector in[5];
#pragma clang loop unroll(full)
            for (int k = 0; k < 5; k++) {
                in[k] = take_lanes(m + (5 * k + l) * m_step + tile, own);
            }
            halving_out(mixed[l], in);
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < 4; k++) {
            const vector in[5] = {mixed[0][k], mixed[1][k], mixed[2][k], mixed[3][k], mixed[4][k]};
            vector out[4];
            halving_out(out, in);
            put_finished_fours(y + k * width + 4 * tile, out, own, scale, bias, activation);
        }
    }
}

#undef A
#undef B
#undef A2
#undef B2
