#pragma once
#include <cblas.h>

/// Whether the processor has the AVX-512 parts that OpenBLAS's SkylakeX kernels use.
static inline int openblas_processor_has_avx512(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}
