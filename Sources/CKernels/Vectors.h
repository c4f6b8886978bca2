// Types and small functions that all loops share. A file that includes this one first defines
//     TARGET    the attribute that names the processor's instructions; empty for plain loops,
//     LANES     floats in a vector register: 4, 8 or 16.
#include "include/CKernels.h"
#if LANES >= 8
#include <immintrin.h>
#endif
#include <math.h>
#include <string.h>

/// Pixels in a panel: so many are multiplied at a time.
#define PANEL (PIECES * LANES)
/// Channels in a pass over a panel, so that the panel stays in the first-level cache.
#define PANEL_CHANNELS 256

#define LOOP TARGET static
#define INLINED TARGET static inline __attribute__((always_inline))

/// A vector register, loaded from and stored to any address.
typedef float vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/// The activation that changes nothing.
static const kernel_activation identity = {1, 1};

/// Whether the activation changes nothing.
INLINED int is_identity(kernel_activation activation) {
    return activation.slope == 1 && activation.gain == 1;
}

/// gain·max(v, slope·v).
INLINED float activated(float value, kernel_activation activation) {
    return activation.gain * (value > 0 ? value : activation.slope * value);
}

/// gain·max(v, slope·v) of every lane.
INLINED vector activated_lanes(vector v, kernel_activation activation) {
    return activation.gain * __builtin_elementwise_max(v, activation.slope * v);
}

/// activation(value·scale + bias), or, unless `finishing`, the value as it is.
INLINED float finished(float value, int finishing, float scale, float bias, kernel_activation activation) {
    if (!finishing) {
        return value;
    }
    value = value * scale + bias;
    return activated(value, activation);
}

/// Σ of the lanes.
INLINED float lanes_sum(vector v) {
    typedef float four __attribute__((vector_size(16)));
#if LANES == 16
    typedef float eight __attribute__((vector_size(32)));
    eight e = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    four f = __builtin_shufflevector(e, e, 0, 1, 2, 3) + __builtin_shufflevector(e, e, 4, 5, 6, 7);
#elif LANES == 8
    four f = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
    four f = v;
#endif
    f += __builtin_shufflevector(f, f, 2, 3, 0, 1);
    return f[0] + f[1];
}

/// Prefetches `count` values.
INLINED void prefetch_line(const float *from, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i += 16) {
        __builtin_prefetch(from + i);
    }
}
