// Values one by one: scales, activations, sums, norms. A file that includes this one first includes Vectors.h.

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

LOOP void copy_rows(float *restrict out, const float *restrict in, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step) {
    for (ptrdiff_t row = 0; row < rows; row++, out += columns, in += step) {
        ptrdiff_t column = 0;
        for (; column + 4 <= columns; column += 4) {
            memcpy(out + column, in + column, 4 * sizeof(float));
        }
        for (; column < columns; column++) {
            out[column] = in[column];
        }
    }
}

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
