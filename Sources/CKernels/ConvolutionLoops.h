// Convolution by taps, in float32 and in bfloat16, and its gradient. A file that includes this one first includes Vectors.h.

#define ELEMENT float
#define REGISTER vector
#define NAMED(name) name
#ifndef ADD_FLOAT_PRODUCTS
#define ADD_FLOAT_PRODUCTS(sums, weight, values)                                                    \
    _Pragma("clang loop unroll(full)") for (int piece = 0; piece < PIECES; piece++)(sums)[piece] += \
        ((weight) - (vector){0}) * (values)[piece]
#endif
#define ADD_PRODUCTS ADD_FLOAT_PRODUCTS
#define ADD_PRODUCT(sum, weight, value) (sum) += ((weight) - (vector){0}) * (value)
#include "TapLoops.h"

/// Two bfloat16 numbers in each lane. A bfloat16 number is the upper half of a float32 number.
typedef uint32_t pairs __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define ELEMENT uint32_t
#define REGISTER pairs
#define NAMED(name) paired_##name
#define ADD_PRODUCT(sum, weight, value)                                                   \
    do {                                                                                  \
        const pairs both = (weight) - (pairs){0};                                         \
        (sum) += (vector)(both << 16) * (vector)((value) << 16);                          \
        (sum) += (vector)(both & 0xffff0000u) * (vector)((value)&0xffff0000u);            \
    } while (0)
#define ADD_PRODUCTS(sums, weight, values) \
    _Pragma("clang loop unroll(full)") for (int piece = 0; piece < PIECES; piece++) ADD_PRODUCT((sums)[piece], weight, (values)[piece])
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
