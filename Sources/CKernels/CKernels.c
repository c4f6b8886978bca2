#include "CKernels.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif
#define INLINED static inline __attribute__((always_inline))

INLINED float activated(float value) {
    // max(v, 0.2·v)·√2 is the leaky ReLU without a branch.
    return 1.41421356237309515f * (value > 0 ? value : 0.2f * value);
}

DISPATCHED void kernel_scale_bias_activate(float *restrict y, ptrdiff_t count, float scale, float bias, int activate) {
    if (activate)
        for (ptrdiff_t i = 0; i < count; i++) y[i] = activated(y[i] * scale + bias);
    else
        for (ptrdiff_t i = 0; i < count; i++) y[i] = y[i] * scale + bias;
}

DISPATCHED void kernel_copy_scaled(float *restrict out, const float *restrict in, ptrdiff_t count, ptrdiff_t stride,
                                   float scale) {
    if (stride == 1)
        for (ptrdiff_t i = 0; i < count; i++) out[i] = in[i] * scale;
    else if (stride == 2)
        for (ptrdiff_t i = 0; i < count; i++) out[i] = in[2 * i] * scale;
    else
        for (ptrdiff_t i = 0; i < count; i++) out[i] = in[stride * i] * scale;
}

DISPATCHED void kernel_blur_plane(float *restrict out, ptrdiff_t output_height, ptrdiff_t output_width,
                                  const float *restrict in, ptrdiff_t input_height, ptrdiff_t input_width,
                                  ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias, int activate,
                                  float *restrict scratch) {
    // Vertically into one row with the zero margins, then horizontally from it.
    memset(scratch, 0, sizeof(float) * (size_t)(input_width + before + 12));
    float *restrict row = scratch + before;
    const float one = gain / 64, three = 3 * one;
    for (ptrdiff_t y = 0; y < output_height; y++) {
        ptrdiff_t top = y * stride - before;
        if (top >= 0 && top + 3 < input_height) {
            const float *restrict a = in + top * input_width;
            const float *restrict b = a + input_width, *restrict c = b + input_width, *restrict d = c + input_width;
            for (ptrdiff_t x = 0; x < input_width; x++) row[x] = one * (a[x] + d[x]) + three * (b[x] + c[x]);
        } else {
            memset(row, 0, sizeof(float) * (size_t)input_width);
            for (ptrdiff_t k = 0; k < 4; k++) {
                if (top + k < 0 || top + k >= input_height) continue;
                const float *restrict a = in + (top + k) * input_width;
                const float weight = k == 0 || k == 3 ? one : three;
                for (ptrdiff_t x = 0; x < input_width; x++) row[x] += weight * a[x];
            }
        }
        float *restrict to = out + y * output_width;
        const float *restrict from = scratch;
        if (stride == 1)
            for (ptrdiff_t x = 0; x < output_width; x++) to[x] = from[x] + from[x + 3] + 3 * (from[x + 1] + from[x + 2]);
        else
            for (ptrdiff_t x = 0; x < output_width; x++) {
                const float *restrict f = from + x * stride;
                to[x] = f[0] + f[3] + 3 * (f[1] + f[2]);
            }
        if (activate)
            for (ptrdiff_t x = 0; x < output_width; x++) to[x] = activated(to[x] * scale + bias);
        else if (scale != 1 || bias != 0)
            for (ptrdiff_t x = 0; x < output_width; x++) to[x] = to[x] * scale + bias;
    }
}

DISPATCHED void kernel_upsample_plane_adding(float *restrict out, const float *restrict in, ptrdiff_t height,
                                             ptrdiff_t width, float *restrict scratch) {
    float *restrict row = scratch + 1;
    scratch[0] = 0;
    row[width] = 0;
    for (ptrdiff_t y = 0; y < 2 * height; y++) {
        ptrdiff_t near = y / 2, far = y % 2 ? near + 1 : near - 1;
        const float *restrict a = in + near * width;
        if (far >= 0 && far < height) {
            const float *restrict b = in + far * width;
            for (ptrdiff_t x = 0; x < width; x++) row[x] = (3 * a[x] + b[x]) / 16;
        } else {
            for (ptrdiff_t x = 0; x < width; x++) row[x] = 3 * a[x] / 16;
        }
        float *restrict to = out + y * 2 * width;
        for (ptrdiff_t x = 0; x < width; x++) {
            to[2 * x] += row[x - 1] + 3 * row[x];
            to[2 * x + 1] += 3 * row[x] + row[x + 1];
        }
    }
}

DISPATCHED void kernel_interleave_products(float *restrict out, const float *restrict products, ptrdiff_t height,
                                           ptrdiff_t width) {
    const ptrdiff_t size = height * width, out_width = 2 * width + 1;
    for (ptrdiff_t y = 0; y <= 2 * height; y++) {
        float *restrict to = out + y * out_width;
        // Rows of the input that reach this output row, with their tap: even rows by taps 0 and 2, odd ones by tap 1.
        const float *rows[2];
        int count = 0;
        if (y % 2) {
            rows[count++] = products + 3 * size + (y / 2) * width;
        } else {
            if (y / 2 < height) rows[count++] = products + (y / 2) * width;
            if (y / 2 > 0) rows[count++] = products + 6 * size + (y / 2 - 1) * width;
        }
        const float *restrict a = rows[0];
        if (count == 1) {
            to[0] = a[0];
            for (ptrdiff_t x = 0; x < width; x++) to[2 * x + 1] = a[size + x];
            for (ptrdiff_t x = 1; x < width; x++) to[2 * x] = a[x] + a[2 * size + x - 1];
            to[2 * width] = a[2 * size + width - 1];
        } else {
            const float *restrict b = rows[1];
            to[0] = a[0] + b[0];
            for (ptrdiff_t x = 0; x < width; x++) to[2 * x + 1] = a[size + x] + b[size + x];
            for (ptrdiff_t x = 1; x < width; x++)
                to[2 * x] = (a[x] + a[2 * size + x - 1]) + (b[x] + b[2 * size + x - 1]);
            to[2 * width] = a[2 * size + width - 1] + b[2 * size + width - 1];
        }
    }
}

/// The first of two neighbouring positions in 0..<extent, both inside, and their weights for position `at`.
INLINED int32_t neighbours(float at, ptrdiff_t extent, float *first, float *second) {
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

DISPATCHED void kernel_sampling_table(int32_t *restrict index, float *restrict weights, const float *restrict x,
                                      const float *restrict y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) {
        float left, right, upper, lower;
        int32_t column = neighbours(((x[p] + 1) * (float)width - 1) / 2, width, &left, &right);
        int32_t row = neighbours(((y[p] + 1) * (float)height - 1) / 2, height, &upper, &lower);
        index[p] = row * (int32_t)width + column;
        weights[4 * p] = upper * left;
        weights[4 * p + 1] = upper * right;
        weights[4 * p + 2] = lower * left;
        weights[4 * p + 3] = lower * right;
    }
}

INLINED float sampled(const float *restrict plane, int32_t index, const float *restrict w, ptrdiff_t width) {
    const float *restrict at = plane + index;
    return w[0] * at[0] + w[1] * at[1] + w[2] * at[width] + w[3] * at[width + 1];
}

DISPATCHED void kernel_sample_plane(float *restrict out, const float *restrict plane, const int32_t *restrict index,
                                    const float *restrict weights, ptrdiff_t count, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) out[p] = sampled(plane, index[p], weights + 4 * p, width);
}

DISPATCHED void kernel_warp_plane(float *restrict warped, float *restrict blended, const float *restrict plane,
                                  const int32_t *restrict index, const float *restrict weights,
                                  const float *restrict mask, const float *restrict features, ptrdiff_t count,
                                  ptrdiff_t width) {
    if (!blended) {
        for (ptrdiff_t p = 0; p < count; p++)
            warped[p] = mask[p] * sampled(plane, index[p], weights + 4 * p, width);
        return;
    }
    for (ptrdiff_t p = 0; p < count; p++) {
        float value = mask[p] * sampled(plane, index[p], weights + 4 * p, width);
        warped[p] = value;
        blended[p] = value + (1 - mask[p]) * features[p];
    }
}

DISPATCHED void kernel_epilogue_gradient(float *restrict dx, float *restrict dscale, float *restrict dbias,
                                         const float *restrict dy, const float *restrict y, ptrdiff_t count, float scale,
                                         float bias, int activate) {
    const float gain = 1.41421356237309515f, inverse = 1 / scale;
    // Sums in 16 lanes, which vectorizes without reordering anything at run time.
    float sums[16] = {0}, products[16] = {0};
    for (ptrdiff_t i = 0; i < count; i += 16) {
        ptrdiff_t lanes = count - i < 16 ? count - i : 16;
        for (ptrdiff_t k = 0; k < lanes; k++) {
            float slope = activate ? (y[i + k] > 0 ? gain : 0.2f * gain) : 1;
            float before = activate ? y[i + k] / slope : y[i + k];
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

DISPATCHED float kernel_dot(const float *restrict a, const float *restrict b, ptrdiff_t count) {
    float sums[16] = {0};
    ptrdiff_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (int k = 0; k < 16; k++) sums[k] += a[i + k] * b[i + k];
    for (; i < count; i++) sums[0] += a[i] * b[i];
    float sum = 0;
    for (int k = 0; k < 16; k++) sum += sums[k];
    return sum;
}

DISPATCHED void kernel_copy_scaled_in_place(float *restrict y, ptrdiff_t count, float scale) {
    for (ptrdiff_t i = 0; i < count; i++) y[i] *= scale;
}

DISPATCHED void kernel_add_strided(float *restrict out, const float *restrict in, ptrdiff_t count, ptrdiff_t stride) {
    if (stride == 1)
        for (ptrdiff_t i = 0; i < count; i++) out[i] += in[i];
    else
        for (ptrdiff_t i = 0; i < count; i++) out[i * stride] += in[i];
}

DISPATCHED void kernel_separate_products(float *restrict products, const float *restrict in, ptrdiff_t height,
                                         ptrdiff_t width) {
    const ptrdiff_t size = height * width, in_width = 2 * width + 1;
    for (ptrdiff_t a = 0; a < 3; a++)
        for (ptrdiff_t b = 0; b < 3; b++) {
            float *restrict to = products + (3 * a + b) * size;
            for (ptrdiff_t i = 0; i < height; i++)
                for (ptrdiff_t j = 0; j < width; j++) to[i * width + j] = in[(2 * i + a) * in_width + 2 * j + b];
        }
}

/// How the weights of `neighbours` change with the position.
INLINED void neighbour_slopes(float at, ptrdiff_t extent, float *first, float *second) {
    *first = *second = 0;
    if (!(at > -1 && at < (float)extent)) return;
    float low = floorf(at);
    if (low < 0)
        *first = 1;
    else if (low > (float)(extent - 2))
        *second = -1;
    else {
        *first = -1;
        *second = 1;
    }
}

DISPATCHED void kernel_sampling_slopes(int32_t *restrict index, float *restrict factors, const float *restrict x,
                                       const float *restrict y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width) {
    for (ptrdiff_t p = 0; p < count; p++) {
        float *f = factors + 8 * p;
        float column = ((x[p] + 1) * (float)width - 1) / 2, row = ((y[p] + 1) * (float)height - 1) / 2;
        int32_t j = neighbours(column, width, f, f + 1);
        int32_t i = neighbours(row, height, f + 2, f + 3);
        neighbour_slopes(column, width, f + 4, f + 5);
        neighbour_slopes(row, height, f + 6, f + 7);
        // Positions are in units of half the picture.
        f[4] *= (float)width / 2;
        f[5] *= (float)width / 2;
        f[6] *= (float)height / 2;
        f[7] *= (float)height / 2;
        index[p] = i * (int32_t)width + j;
    }
}

DISPATCHED void kernel_sampling_gradient(float *restrict dplane, float *restrict dx, float *restrict dy,
                                         float *restrict dmask, const float *restrict gradient,
                                         const float *restrict plane, const float *restrict mask,
                                         const int32_t *restrict index, const float *restrict factors, ptrdiff_t count,
                                         ptrdiff_t width) {
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
