// What the loops share: a file that includes this one defines TARGET (an attribute, or nothing) and LANES (floats in a vector
// register).
#include "include/CKernels.h"
#if LANES >= 8
#include <immintrin.h>
#endif
#include <math.h>
#include <string.h>

#define LOOP TARGET static
#define INLINED TARGET static inline __attribute__((always_inline))

/// A vector register, loaded from and stored to any address.
typedef float vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINED float activated(float value) {
    // max(v, 0.2·v)·√2 is the leaky ReLU without a branch.
    return 1.41421356237309515f * (value > 0 ? value : 0.2f * value);
}

/// What follows a sum that is `finishing`: scale, bias and, if `activate`, the activation.
INLINED float finished(float value, int finishing, float scale, float bias, int activate) {
    if (!finishing) return value;
    value = value * scale + bias;
    return activate ? activated(value) : value;
}

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
