// The filter [1,3,3,1]⊗[1,3,3,1]. A file that includes this one first includes Fours.h.

LOOP void blur_plane(float *restrict out, ptrdiff_t output_height, ptrdiff_t output_width, const float *restrict in, ptrdiff_t input_height,
    ptrdiff_t input_width, ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias, kernel_activation activation,
    float *restrict scratch) {
    // The vertical filter fills one row with its zero margins, the horizontal filter reads that row.
    memset(scratch, 0, sizeof(float) * (size_t)(input_width + before + 48));
    float *restrict row = scratch + before;
    const float one = gain / 64, three = 3 * one;
    for (ptrdiff_t y = 0; y < output_height; y++) {
        ptrdiff_t top = y * stride - before;
        if (top >= 0 && top + 3 < input_height) {
            const float *restrict a = in + top * input_width;
            const float *restrict b = a + input_width, *restrict c = b + input_width, *restrict d = c + input_width;
            for (ptrdiff_t x = 0; x < input_width; x++) {
                row[x] = one * (a[x] + d[x]) + three * (b[x] + c[x]);
            }
        } else {
            memset(row, 0, sizeof(float) * (size_t)input_width);
            for (ptrdiff_t k = 0; k < 4; k++) {
                if (top + k < 0 || top + k >= input_height) {
                    continue;
                }
                const float *restrict a = in + (top + k) * input_width;
                const float weight = k == 0 || k == 3 ? one : three;
                for (ptrdiff_t x = 0; x < input_width; x++) {
                    row[x] += weight * a[x];
                }
            }
        }
        float *restrict to = out + y * output_width;
        const float *restrict from = scratch;
        if (stride == 1) {
            for (ptrdiff_t x = 0; x < output_width; x++) {
                to[x] = from[x] + from[x + 3] + 3 * (from[x + 1] + from[x + 2]);
            }
        } else if (stride == 2) {
            for (ptrdiff_t x = 0; x < output_width; x += LANES) {
                const vector a = *(const vector *)(from + 2 * x), b = *(const vector *)(from + 2 * x + LANES);
                const vector c = *(const vector *)(from + 2 * x + 2), d = *(const vector *)(from + 2 * x + 2 + LANES);
                put_lanes(to + x, EVENS(a, b) + ODDS(c, d) + 3 * (ODDS(a, b) + EVENS(c, d)), output_width - x);
            }
        } else {
            for (ptrdiff_t x = 0; x < output_width; x++) {
                const float *restrict f = from + x * stride;
                to[x] = f[0] + f[3] + 3 * (f[1] + f[2]);
            }
        }
        if (!is_identity(activation)) {
            for (ptrdiff_t x = 0; x < output_width; x++) {
                to[x] = activated(to[x] * scale + bias, activation);
            }
        } else if (scale != 1 || bias != 0) {
            for (ptrdiff_t x = 0; x < output_width; x++) {
                to[x] = to[x] * scale + bias;
            }
        }
    }
}

LOOP void upsample_plane_adding(float *restrict out, const float *restrict in, ptrdiff_t height, ptrdiff_t width, float *restrict scratch) {
    float *restrict row = scratch + 1;
    scratch[0] = 0;
    row[width] = 0;
    for (ptrdiff_t y = 0; y < 2 * height; y++) {
        ptrdiff_t near = y / 2, far = y % 2 ? near + 1 : near - 1;
        const float *restrict a = in + near * width;
        if (far >= 0 && far < height) {
            const float *restrict b = in + far * width;
            for (ptrdiff_t x = 0; x < width; x++) {
                row[x] = (3 * a[x] + b[x]) / 16;
            }
        } else {
            for (ptrdiff_t x = 0; x < width; x++) {
                row[x] = 3 * a[x] / 16;
            }
        }
        float *restrict to = out + y * 2 * width;
        for (ptrdiff_t x = 0; x < width; x++) {
            to[2 * x] += row[x - 1] + 3 * row[x];
            to[2 * x + 1] += 3 * row[x] + row[x + 1];
        }
    }
}

LOOP void add_taps(float *restrict sums, const float *const planes[9], ptrdiff_t offset, ptrdiff_t height, ptrdiff_t width) {
    const ptrdiff_t stride = width + 1, grid = (height + 1) * stride;
    memset(sums, 0, sizeof(float) * 4 * (size_t)grid);
    for (int tap = 0; tap < 9; tap++) {
        // An even place is reached from itself by the first row of the kernel, and from the one before by the last; columns likewise.
        const int a = tap / 3, b = tap % 3;
        for (ptrdiff_t row = 0; row < height; row++) {
            const float *restrict from = planes[tap] + offset + row * width;
            float *restrict to = sums + (2 * (a & 1) + (b & 1)) * grid + (row + a / 2) * stride + b / 2;
            for (ptrdiff_t column = 0; column < width; column++) {
                to[column] += from[column];
            }
        }
    }
}

LOOP void blur_grids(float *restrict out, const float *const grids[4], ptrdiff_t offset, ptrdiff_t stride, ptrdiff_t first,
    ptrdiff_t last, ptrdiff_t grid_first, ptrdiff_t height, ptrdiff_t width, float gain, float scale, float bias,
    kernel_activation activation, float *restrict scratch) {
    // The vertical filter fills one row of even and one of odd columns; the horizontal filter reads both and interleaves its results.
    float *restrict even = scratch, *restrict odd = scratch + width + 17;
    const float one = gain / 64, three = 3 * one;
    odd[-1] = 0;
    odd[width] = 0;
    for (ptrdiff_t i = first; i < last; i++) {
        for (int parity = 0; parity < 2; parity++) {
            // An even output row 2i reads rows 2i − 1 to 2i + 2, an odd one rows 2i to 2i + 3.
            const ptrdiff_t start = 2 * i + parity - 1;
            for (int side = 0; side < 2; side++) {
                float *restrict to = side ? odd : even;
                const ptrdiff_t count = side ? width : width + 1;
                const float *rows[4];
                for (int k = 0; k < 4; k++) {
                    const ptrdiff_t row = start + k;
                    const int grid = 2 * (row & 1) + side;
                    rows[k] = row < 0 || row > 2 * height ? 0 : grids[grid] + offset + ((row >> 1) - grid_first) * stride;
                }
                if (rows[0] && rows[1] && rows[2] && rows[3]) {
                    const float *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2], *restrict d = rows[3];
                    for (ptrdiff_t x = 0; x < count; x++) {
                        to[x] = one * (a[x] + d[x]) + three * (b[x] + c[x]);
                    }
                } else {
                    memset(to, 0, sizeof(float) * (size_t)count);
                    for (int k = 0; k < 4; k++) {
                        const float weight = k == 0 || k == 3 ? one : three;
                        const float *restrict a = rows[k];
                        if (a) {
                            for (ptrdiff_t x = 0; x < count; x++) {
                                to[x] += weight * a[x];
                            }
                        }
                    }
                }
            }
            float *restrict to = out + (2 * i + parity) * 2 * width;
            for (ptrdiff_t x = 0; x < width; x += LANES) {
                const vector left = *(const vector *)(odd + x - 1), e = *(const vector *)(even + x), o = *(const vector *)(odd + x);
                const vector right = *(const vector *)(even + x + 1), far = *(const vector *)(odd + x + 1);
                const vector first = (left + right + 3 * (e + o)) * scale + bias, second = (e + far + 3 * (o + right)) * scale + bias;
                put_pairs(to + 2 * x, activated_lanes(first, activation), activated_lanes(second, activation), width - x);
            }
        }
    }
}
