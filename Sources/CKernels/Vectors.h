// What the loops share: a file that includes this one defines TARGET (an attribute, or nothing) and LANES (floats in a vector
// register).
#include "include/CKernels.h"
#if LANES == 16
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

INLINED float lanes_sum(vector v) {
    float lanes[LANES];
    memcpy(lanes, &v, sizeof v);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
    return lanes[0];
}
