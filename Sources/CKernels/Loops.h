// The inner loops, compiled once for each kind of processor. A file that includes this one first defines TARGET and LANES (see
// Vectors.h) and
//     ROWS, PIECES                    output channels (4 or 8) and vectors of pixels whose sums are in registers at a time,
//     PACKS                           1 to copy what the taps read for all outputs, which pays where the second-level cache is small,
//     GRADIENT_ROWS, GRADIENT_TAPS    output channels and taps whose gradients are in registers at a time,
//     INSTALL                         the name of the function that makes these loops the ones in use;
// and, where the compiler needs help,
//     ADD_FLOAT_PRODUCTS              adds a weight times PIECES vectors to sums,
//     ADD_LOADED_PRODUCTS             adds a vector times GRADIENT_TAPS vectors to sums.
#include "Vectors.h"
#include "Fours.h"

LOOP void scale_bias_activate(float *restrict y, ptrdiff_t count, float scale, float bias, kernel_activation activation) {
    if (is_identity(activation)) {
        for (ptrdiff_t i = 0; i < count; i++) {
            y[i] = y[i] * scale + bias;
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            y[i] = activated(y[i] * scale + bias, activation);
        }
    }
}

LOOP void copy_scaled(float *restrict out, const float *restrict in, ptrdiff_t count, ptrdiff_t stride, float scale) {
    if (stride == 1) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = in[i] * scale;
        }
    } else if (stride == 2) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = in[2 * i] * scale;
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = in[stride * i] * scale;
        }
    }
}

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

/// Returns the first of two neighboring indices in 0..<extent, both inside, and writes their weights for position `at`.
INLINED int32_t neighbors(float at, ptrdiff_t extent, float *first, float *second) {
    // The negation also catches NaN.
    if (!(at > -1 && at < (float)extent)) {
        *first = *second = 0;
        return 0;
    }
    float low = floorf(at), fraction = at - low;
    int32_t index = (int32_t)low;
    if (index < 0) {
        *first = fraction;
        *second = 0;
        return 0;
    }
    if (index > extent - 2) {
        *first = 0;
        *second = 1 - fraction;
        return (int32_t)extent - 2;
    }
    *first = 1 - fraction;
    *second = fraction;
    return index;
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

/// e^x = 2^n·e^r with |r| ≤ ln 2 / 2, for x clamped to [−87, 88], to within 2 units in the last place.
INLINED float exponential(float x) {
    x = x < -87 ? -87 : x > 88 ? 88 : x;
    float n = rintf(x * 1.44269504088896341f);
    float r = x - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1;
    int32_t bits = ((int32_t)n + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
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

LOOP void sigmoid(float *restrict out, const float *restrict x, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        out[i] = 1 / (1 + exponential(-x[i]));
    }
}

LOOP void gelu(float *restrict out, const float *restrict x, ptrdiff_t count) {
    // 1 − erf z = (a₁t + a₂t² + … + a₅t⁵)·e^−z² with t = 1/(1 + p·z), for z ≥ 0 (Abramowitz and Stegun, 7.1.26).
    for (ptrdiff_t i = 0; i < count; i++) {
        float z = fabsf(x[i]) * 0.70710678118654752f;
        float t = 1 / (1 + 0.3275911f * z);
        float p = 1.061405429f;
        p = p * t - 1.453152027f;
        p = p * t + 1.421413741f;
        p = p * t - 0.284496736f;
        p = p * t + 0.254829592f;
        float tail = 0.5f * p * t * exponential(-z * z);
        out[i] = x[i] * (x[i] < 0 ? tail : 1 - tail);
    }
}

LOOP void softmax_planes(float *restrict out, const float *restrict x, ptrdiff_t planes, ptrdiff_t step, ptrdiff_t count) {
    enum { together = 64 };
    for (ptrdiff_t first = 0; first < count; first += together) {
        const ptrdiff_t own = count - first < together ? count - first : together;
        float largest[together], sums[together];
        memcpy(largest, x + first, sizeof(float) * (size_t)own);
        memset(sums, 0, sizeof sums);
        for (ptrdiff_t k = 1; k < planes; k++) {
            const float *restrict from = x + k * step + first;
            for (ptrdiff_t i = 0; i < own; i++) {
                largest[i] = from[i] > largest[i] ? from[i] : largest[i];
            }
        }
        for (ptrdiff_t k = 0; k < planes; k++) {
            const float *restrict from = x + k * step + first;
            float *restrict to = out + k * step + first;
            for (ptrdiff_t i = 0; i < own; i++) {
                to[i] = exponential(from[i] - largest[i]);
                sums[i] += to[i];
            }
        }
        for (ptrdiff_t k = 0; k < planes; k++) {
            float *restrict to = out + k * step + first;
            for (ptrdiff_t i = 0; i < own; i++) {
                to[i] /= sums[i];
            }
        }
    }
}

LOOP void moments(const float *restrict x, ptrdiff_t count, float *restrict mean, float *restrict variance) {
    // Sums of 1024 values are float32, their sum float64.
    double total = 0;
    for (int pass = 0; pass < 2; pass++) {
        const float center = pass ? *mean : 0;
        total = 0;
        for (ptrdiff_t first = 0; first < count; first += 1024) {
            const ptrdiff_t last = first + 1024 < count ? first + 1024 : count;
            float sums[16] = {0};
            ptrdiff_t i = first;
            for (; i + 16 <= last; i += 16) {
                for (int k = 0; k < 16; k++) {
                    const float value = x[i + k] - center;
                    sums[k] += pass ? value * value : value;
                }
            }
            for (; i < last; i++) {
                const float value = x[i] - center;
                sums[0] += pass ? value * value : value;
            }
            for (int k = 0; k < 16; k++) {
                total += sums[k];
            }
        }
        *(pass ? variance : mean) = (float)(total / (double)count);
    }
}

LOOP void modulate(float *restrict out, const float *restrict x, const float *restrict factor, const float *restrict shift, ptrdiff_t count,
    kernel_activation activation) {
    for (ptrdiff_t i = 0; i < count; i++) {
        out[i] = activated(x[i] * (1 + factor[i]) + shift[i], activation);
    }
}

LOOP void epilogue_gradient(float *restrict dx, float *restrict dscale, float *restrict dbias, const float *restrict dy,
    const float *restrict y, ptrdiff_t count, float scale, float bias, kernel_activation activation) {
    // v = y/down for y ≤ 0. A slope of 0 forgets v, but multiplies it by a gradient of 0: any other divisor will do.
    const float up = activation.gain;
    const float down = activation.gain * activation.slope;
    const float divisor = down > 0 ? down : 1;
    const float inverse = 1 / scale;
    // Sixteen sums side by side: the compiler vectorizes them, and their order is the same for every processor.
    float sums[16] = {0}, products[16] = {0};
    for (ptrdiff_t i = 0; i < count; i += 16) {
        ptrdiff_t lanes = count - i < 16 ? count - i : 16;
        for (ptrdiff_t k = 0; k < lanes; k++) {
            float slope = y[i + k] > 0 ? up : down;
            float before = y[i + k] / (y[i + k] > 0 ? up : divisor);
            float d = dy[i + k] * slope;
            sums[k] += d;
            products[k] += d * (before - bias) * inverse;
            dx[i + k] = d * scale;
        }
    }
    float sum = 0, product = 0;
    for (int k = 0; k < 16; k++) {
        sum += sums[k];
        product += products[k];
    }
    *dbias = sum;
    *dscale = product;
}

LOOP double absolute_difference(const float *restrict a, const float *restrict b, const float *restrict weights, ptrdiff_t count) {
    double sum = 0;
    // Sums of 1024 values are float32, their sum float64: long tensors lose no digits.
    for (ptrdiff_t first = 0; first < count; first += 1024) {
        const ptrdiff_t last = first + 1024 < count ? first + 1024 : count;
        vector sums = {0};
        ptrdiff_t i = first;
        for (; i + LANES <= last; i += LANES) {
            vector difference = *(const vector *)(a + i) - *(const vector *)(b + i);
            difference = __builtin_elementwise_abs(difference);
            sums += weights ? difference * *(const vector *)(weights + i) : difference;
        }
        sum += lanes_sum(sums);
        for (; i < last; i++) {
            sum += fabsf(a[i] - b[i]) * (weights ? weights[i] : 1);
        }
    }
    return sum;
}

LOOP void difference_sign(
    float *restrict out, const float *restrict a, const float *restrict b, const float *restrict weights, ptrdiff_t count, float factor) {
    if (weights) {
        for (ptrdiff_t i = 0; i < count; i++) {
            float size = weights[i] * factor;
            out[i] = a[i] > b[i] ? size : a[i] < b[i] ? -size : 0;
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = a[i] > b[i] ? factor : a[i] < b[i] ? -factor : 0;
        }
    }
}

LOOP float dot(const float *restrict a, const float *restrict b, ptrdiff_t count) {
    float sums[16] = {0};
    ptrdiff_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (int k = 0; k < 16; k++) {
            sums[k] += a[i + k] * b[i + k];
        }
    }
    for (; i < count; i++) {
        sums[0] += a[i] * b[i];
    }
    float sum = 0;
    for (int k = 0; k < 16; k++) {
        sum += sums[k];
    }
    return sum;
}

LOOP void copy_scaled_in_place(float *restrict y, ptrdiff_t count, float scale) {
    for (ptrdiff_t i = 0; i < count; i++) {
        y[i] *= scale;
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

#define ELEMENT float
#define REGISTER vector
#define NAMED(name) name
#ifndef ADD_FLOAT_PRODUCTS
#define ADD_FLOAT_PRODUCTS(sums, weight, values)                                                    \
    _Pragma("clang loop unroll(full)") for (int piece = 0; piece < PIECES; piece++)(sums)[piece] += \
        ((weight) - (vector){0}) * (values)[piece]
#endif
#define ADD_PRODUCTS ADD_FLOAT_PRODUCTS
#include "TapLoops.h"

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
        tap_sums(sums, block, channels, 1, here, from, PANEL);
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
        for (ptrdiff_t first = 0; first < channels; first += PANEL_CHANNELS) {
            const ptrdiff_t pass = channels - first < PANEL_CHANNELS ? channels - first : PANEL_CHANNELS;
            panel_sums(weights, channels, first, pass, panels + first * PANEL, pixels - pixel, y + pixel, y_plane, outputs, adding, 0, NULL,
                NULL, identity);
        }
    }
}

/// Two bfloat16 numbers in each lane. A bfloat16 number is the upper half of a float32 number.
typedef uint32_t pairs __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define ELEMENT uint32_t
#define REGISTER pairs
#define NAMED(name) paired_##name
#define ADD_PRODUCTS(sums, weight, values)                                                           \
    do {                                                                                             \
        const pairs both = (weight) - (pairs){0};                                                    \
        _Pragma("clang loop unroll(full)") for (int piece = 0; piece < PIECES; piece++) {            \
            (sums)[piece] += (vector)(both << 16) * (vector)((values)[piece] << 16);                 \
            (sums)[piece] += (vector)(both & 0xffff0000u) * (vector)((values)[piece] & 0xffff0000u); \
        }                                                                                            \
    } while (0)
#include "TapLoops.h"

/// Returns the lower of two bfloat16 numbers as float32.
INLINED float lower_half(uint32_t both) {
    float value;
    both <<= 16;
    memcpy(&value, &both, sizeof value);
    return value;
}

/// Returns the upper of two bfloat16 numbers as float32.
INLINED float upper_half(uint32_t both) {
    float value;
    both &= 0xffff0000u;
    memcpy(&value, &both, sizeof value);
    return value;
}

LOOP void tile_product(const uint32_t *restrict weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps,
    const ptrdiff_t *restrict offsets, const uint32_t *restrict x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *restrict x_offsets,
    const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs,
    int adding, int finishing, const float *restrict scales, const float *restrict biases, kernel_activation activation) {
    for (ptrdiff_t output = 0; output < outputs; output++) {
        for (ptrdiff_t run = 0; run < runs; run++) {
            const uint32_t *restrict own = weights + output / TILE * block_step + output % TILE * TILE;
            float *restrict place = y + output * y_plane + y_offsets[run];
            float sums[16] = {0};
            for (ptrdiff_t product = 0; product < channels * taps; product++) {
                const uint32_t *restrict from = x + product / taps * x_plane + x_offsets[run] + offsets[product % taps];
                const uint32_t weight = own[product / TILE * TILE * TILE + product % TILE];
                for (int i = 0; i < 16; i++) {
                    sums[i] += lower_half(weight) * lower_half(from[i]) + upper_half(weight) * upper_half(from[i]);
                }
            }
            for (ptrdiff_t i = 0; i < lengths[run]; i++) {
                float value = adding ? place[i] + sums[i] : sums[i];
                place[i] = finished(value, finishing, scales ? scales[output] : 1, biases ? biases[output] : 0, activation);
            }
        }
    }
}

/// Returns the nearest bfloat16 number, ties to even, in the lower half.
INLINED uint32_t rounded(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

LOOP void copy_paired(uint32_t *restrict out, const float *restrict first, const float *restrict second, ptrdiff_t count, ptrdiff_t stride,
    float first_scale, float second_scale) {
    if (!second) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = rounded(first[stride * i] * first_scale);
        }
    } else if (stride == 1) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = rounded(first[i] * first_scale) | rounded(second[i] * second_scale) << 16;
        }
    } else if (stride == 2) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = rounded(first[2 * i] * first_scale) | rounded(second[2 * i] * second_scale) << 16;
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[i] = rounded(first[stride * i] * first_scale) | rounded(second[stride * i] * second_scale) << 16;
        }
    }
}

/// tap_gradient for `count` ≤ GRADIENT_ROWS output channels and `taps` ≤ GRADIENT_TAPS taps, whose sums stay in registers.
INLINED void tap_gradient_sums(float *restrict out, ptrdiff_t out_step, int count, int taps, const ptrdiff_t *restrict offsets,
    const float *restrict x, ptrdiff_t rows, const ptrdiff_t *restrict x_offsets, const float *restrict gradient, ptrdiff_t gradient_plane,
    ptrdiff_t gradient_row, ptrdiff_t width) {
    vector sums[GRADIENT_ROWS][GRADIENT_TAPS];
#pragma clang loop unroll(full)
    for (int k = 0; k < count; k++)
#pragma clang loop unroll(full)
        for (int tap = 0; tap < taps; tap++) {
            sums[k][tap] = (vector){0};
        }
    for (ptrdiff_t row = 0; row < rows; row++) {
        const float *restrict from = x + x_offsets[row];
        const float *restrict d = gradient + row * gradient_row;
        for (ptrdiff_t column = 0; column < width; column += LANES) {
#ifdef ADD_LOADED_PRODUCTS
            if (taps == GRADIENT_TAPS) {
                vector values[GRADIENT_TAPS];
#pragma clang loop unroll(full)
                for (int tap = 0; tap < GRADIENT_TAPS; tap++) {
                    values[tap] = *(const vector *)(from + offsets[tap] + column);
                }
#pragma clang loop unroll(full)
                for (int k = 0; k < count; k++) {
                    ADD_LOADED_PRODUCTS(sums[k], *(const vector *)(d + k * gradient_plane + column), values);
                }
                continue;
            }
#endif
            vector arriving[GRADIENT_ROWS];
#pragma clang loop unroll(full)
            for (int k = 0; k < count; k++) {
                arriving[k] = *(const vector *)(d + k * gradient_plane + column);
            }
#pragma clang loop unroll(full)
            for (int tap = 0; tap < taps; tap++) {
                vector value = *(const vector *)(from + offsets[tap] + column);
#pragma clang loop unroll(full)
                for (int k = 0; k < count; k++) {
                    sums[k][tap] += arriving[k] * value;
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < count; k++)
#pragma clang loop unroll(full)
        for (int tap = 0; tap < taps; tap++) {
            out[k * out_step + tap] += lanes_sum(sums[k][tap]);
        }
}

LOOP void tap_gradient(float *restrict out, ptrdiff_t out_step, ptrdiff_t outputs, ptrdiff_t taps, const ptrdiff_t *restrict offsets,
    const float *restrict x, ptrdiff_t rows, const ptrdiff_t *restrict x_offsets, const float *restrict gradient, ptrdiff_t gradient_plane,
    ptrdiff_t gradient_row, ptrdiff_t width) {
    // The taps are the inner loop: the gradients of a few outputs then stay in the first-level cache.
    for (ptrdiff_t first = 0; first < outputs;) {
        const ptrdiff_t rest = outputs - first;
        const float *restrict d = gradient + first * gradient_plane;
        for (ptrdiff_t tap = 0; tap < taps;) {
            float *restrict to = out + first * out_step + tap;
#define SUMS(count, taps) \
    tap_gradient_sums(to, out_step, count, taps, offsets + tap, x, rows, x_offsets, d, gradient_plane, gradient_row, width)
            if (taps - tap >= GRADIENT_TAPS) {
                if (rest >= GRADIENT_ROWS) {
                    SUMS(GRADIENT_ROWS, GRADIENT_TAPS);
                } else {
                    SUMS(1, GRADIENT_TAPS);
                }
                tap += GRADIENT_TAPS;
            } else {
                if (rest >= GRADIENT_ROWS) {
                    SUMS(GRADIENT_ROWS, 1);
                } else {
                    SUMS(1, 1);
                }
                tap += 1;
            }
#undef SUMS
        }
        first += rest >= GRADIENT_ROWS ? GRADIENT_ROWS : 1;
    }
}

LOOP void blur_grids(float *restrict out, const float *const grids[4], ptrdiff_t stride, ptrdiff_t first, ptrdiff_t last,
    ptrdiff_t grid_first, ptrdiff_t height, ptrdiff_t width, float gain, float scale, float bias, kernel_activation activation,
    float *restrict scratch) {
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
                    rows[k] = row < 0 || row > 2 * height ? 0 : grids[grid] + ((row >> 1) - grid_first) * stride;
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

#include "WinogradLoops.h"
#include "PolyphaseLoops.h"

LOOP void copy_strided(float *restrict out, const float *restrict in, ptrdiff_t count, ptrdiff_t stride) {
    if (stride == 2) {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[2 * i] = in[i];
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            out[stride * i] = in[i];
        }
    }
}

void INSTALL(void) {
#define KERNEL(result, name, parameters) kernel_##name = name;
#include "include/KernelTable.h"
#undef KERNEL
    kernel_panel = PANEL;
}
