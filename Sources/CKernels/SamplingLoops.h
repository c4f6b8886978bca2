// Bilinear sampling and its gradients. A file that includes this one first includes Fours.h and ElementLoops.h.

/// Returns the first of two neighboring indices in 0..<extent, both inside, and writes their weights for position `at`: 1 there, 0 from a
/// distance of 1 on, and linear between.
INLINED int32_t neighbors(float at, ptrdiff_t extent, float *first, float *second) {
    const float last = (float)(extent - 2);
    // Each comparison is false for NaN.
    float low = floorf(at);
    low = low > 0 ? low : 0;
    low = low < last ? low : last;
    const float left = 1 - fabsf(at - low), right = 1 - fabsf(at - (low + 1));
    *first = left > 0 ? left : 0;
    *second = right > 0 ? right : 0;
    return (int32_t)low;
}

LOOP void flow_positions(float *restrict x, float *restrict y, const float *restrict flow_x, const float *restrict flow_y, ptrdiff_t first,
    ptrdiff_t count, ptrdiff_t height, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count;) {
        const ptrdiff_t row = (first + p) / width, column = (first + p) % width;
        const ptrdiff_t run = width - column < count - p ? width - column : count - p;
        const float down = -1 + 2 * (float)row / (float)(height - 1), extent = (float)(width - 1);
        for (int32_t i = 0; i < (int32_t)run; i++) {
            x[p + i] = -1 + 2 * (float)((int32_t)column + i) / extent + flow_x[p + i];
            y[p + i] = down + flow_y[p + i];
        }
        p += run;
    }
}

LOOP void sampling_table(int32_t *restrict index, float *restrict weights, ptrdiff_t step, const float *restrict x, const float *restrict y,
    ptrdiff_t count, ptrdiff_t height, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) {
        float left, right, upper, lower;
        int32_t column = neighbors(((x[p] + 1) * (float)width - 1) / 2, width, &left, &right);
        int32_t row = neighbors(((y[p] + 1) * (float)height - 1) / 2, height, &upper, &lower);
        index[p] = row * (int32_t)width + column;
        weights[p] = upper * left;
        weights[step + p] = upper * right;
        weights[2 * step + p] = lower * left;
        weights[3 * step + p] = lower * right;
    }
}

INLINED float sampled(const float *restrict plane, int32_t index, const float *restrict w, ptrdiff_t step, ptrdiff_t width) {
    const float *restrict at = plane + index;
    return w[0] * at[0] + w[step] * at[1] + w[2 * step] * at[width] + w[3 * step] * at[width + 1];
}

#if LANES >= 8
/// Loads two adjacent floats from each of two addresses.
INLINED __m128 two_pairs(const float *restrict first, const float *restrict second) {
    return _mm_loadh_pi(_mm_castpd_ps(_mm_load_sd((const void *)first)), (const void *)second);
}

/// Loads two adjacent floats from line[index[i]] on for i = 0, 1, 4, 5, 8, 9, …, two in each group of four lanes.
INLINED vector pairs_of_groups(const float *restrict line, const int32_t *restrict index) {
    const __m256 low = _mm256_set_m128(two_pairs(line + index[4], line + index[5]), two_pairs(line + index[0], line + index[1]));
#if LANES == 8
    return (vector)low;
#else
    const __m256 high = _mm256_set_m128(two_pairs(line + index[12], line + index[13]), two_pairs(line + index[8], line + index[9]));
    return (vector)_mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
#endif
}

/// Samples LANES positions; one load fetches both neighbors in a row, which is faster than gathering.
INLINED vector sampled_vector(
    const float *restrict plane, const int32_t *restrict index, const float *restrict w, ptrdiff_t step, ptrdiff_t width) {
    vector sum = {0};
#pragma clang loop unroll(full)
    for (int row = 0; row < 2; row++) {
        const float *restrict line = plane + row * width;
        const vector low = pairs_of_groups(line, index), high = pairs_of_groups(line, index + 2);
        sum += *(const vector *)(w + 2 * row * step) * PICKED(low, high, 0, 2, 0, 2);
        sum += *(const vector *)(w + (2 * row + 1) * step) * PICKED(low, high, 1, 3, 1, 3);
    }
    return sum;
}
#endif

LOOP void sample_plane(float *restrict out, const float *restrict plane, const int32_t *restrict index, const float *restrict weights,
    ptrdiff_t step, ptrdiff_t count, ptrdiff_t width) {
    ptrdiff_t p = 0;
#if LANES >= 8
    for (; p + LANES <= count; p += LANES) {
        *(vector *)(out + p) = sampled_vector(plane, index + p, weights + p, step, width);
    }
#endif
    for (; p < count; p++) {
        out[p] = sampled(plane, index[p], weights + p, step, width);
    }
}

LOOP void sample_volume(float *restrict out, const float *restrict volume, const int32_t *restrict index, const float *restrict weights,
    ptrdiff_t step, ptrdiff_t count, ptrdiff_t width, ptrdiff_t plane) {
    const float *restrict next = volume + plane, *restrict next_weights = weights + 4 * step;
    ptrdiff_t p = 0;
#if LANES >= 8
    for (; p + LANES <= count; p += LANES) {
        *(vector *)(out + p) = sampled_vector(volume, index + p, weights + p, step, width) +
                               sampled_vector(next, index + p, next_weights + p, step, width);
    }
#endif
    for (; p < count; p++) {
        out[p] = sampled(volume, index[p], weights + p, step, width) + sampled(next, index[p], next_weights + p, step, width);
    }
}

LOOP void warp_plane(float *restrict warped, float *restrict blended, const float *restrict plane, const int32_t *restrict index,
    const float *restrict weights, ptrdiff_t step, const float *restrict mask, const float *restrict features, ptrdiff_t count,
    ptrdiff_t width) {
    ptrdiff_t p = 0;
#if LANES >= 8
    for (; p + LANES <= count; p += LANES) {
        const vector shown = *(const vector *)(mask + p);
        const vector value = shown * sampled_vector(plane, index + p, weights + p, step, width);
        *(vector *)(warped + p) = value;
        if (blended) {
            *(vector *)(blended + p) = value + (1 - shown) * *(const vector *)(features + p);
        }
    }
#endif
    for (; p < count; p++) {
        float value = mask[p] * sampled(plane, index[p], weights + p, step, width);
        warped[p] = value;
        if (blended) {
            blended[p] = value + (1 - mask[p]) * features[p];
        }
    }
}

LOOP void flow_and_mask(
    float *restrict flow_x, float *restrict flow_y, float *restrict mask, const float *restrict raw, ptrdiff_t step, ptrdiff_t count) {
    for (ptrdiff_t p = 0; p < count; p++) {
        // tanh |x| = 1 − 2/(e^2|x| + 1), then the sign of x: tanh stays exactly odd.
        float x = fabsf(raw[p]), y = fabsf(raw[step + p]);
        flow_x[p] = copysignf(1 - 2 / (exponential(2 * x) + 1), raw[p]);
        flow_y[p] = copysignf(1 - 2 / (exponential(2 * y) + 1), raw[step + p]);
        mask[p] = 1 / (1 + exponential(-raw[2 * step + p]));
    }
}

/// Writes the derivatives of the weights of `neighbors` by the position.
INLINED void neighbor_slopes(float at, ptrdiff_t extent, float *first, float *second) {
    *first = *second = 0;
    if (!(at > -1 && at < (float)extent)) {
        return;
    }
    float low = floorf(at);
    if (low < 0) {
        *first = 1;
    } else if (low > (float)(extent - 2)) {
        *second = -1;
    } else {
        *first = -1;
        *second = 1;
    }
}

LOOP void sampling_slopes(int32_t *restrict index, float *restrict factors, const float *restrict x, const float *restrict y,
    ptrdiff_t count, ptrdiff_t height, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) {
        float *f = factors + 8 * p;
        float column = ((x[p] + 1) * (float)width - 1) / 2, row = ((y[p] + 1) * (float)height - 1) / 2;
        int32_t j = neighbors(column, width, f, f + 1);
        int32_t i = neighbors(row, height, f + 2, f + 3);
        neighbor_slopes(column, width, f + 4, f + 5);
        neighbor_slopes(row, height, f + 6, f + 7);
        // One unit of a position is half the picture.
        f[4] *= (float)width / 2;
        f[5] *= (float)width / 2;
        f[6] *= (float)height / 2;
        f[7] *= (float)height / 2;
        index[p] = i * (int32_t)width + j;
    }
}

LOOP void sampling_gradient(float *restrict dplane, float *restrict dx, float *restrict dy, float *restrict dmask,
    const float *restrict gradient, const float *restrict plane, const float *restrict mask, const int32_t *restrict index,
    const float *restrict factors, ptrdiff_t count, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) {
        const float *restrict f = factors + 8 * p;
        const float *restrict at = plane + index[p];
        float *restrict to = dplane + index[p];
        float upper = f[0] * at[0] + f[1] * at[1], lower = f[0] * at[width] + f[1] * at[width + 1];
        float g = gradient[p], d = g * mask[p];
        dmask[p] += g * (f[2] * upper + f[3] * lower);
        dx[p] += d * (f[2] * (f[4] * at[0] + f[5] * at[1]) + f[3] * (f[4] * at[width] + f[5] * at[width + 1]));
        dy[p] += d * (f[6] * upper + f[7] * lower);
        to[0] += d * f[2] * f[0];
        to[1] += d * f[2] * f[1];
        to[width] += d * f[3] * f[0];
        to[width + 1] += d * f[3] * f[1];
    }
}
