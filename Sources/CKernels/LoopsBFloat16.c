#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,f16c")))
#define LANES 16
#define ROWS 8
#define PIECES 2
#define PACKS 0
#include "Vectors.h"

// `vdpbf16ps` multiplies pairs of bfloat16 numbers, twice as many at a time as of float32.
#define ELEMENT uint32_t
#define REGISTER __m512i_u
#define NAMED(name) paired_##name
#define ADD_PRODUCT(sum, weight, value) \
    (sum) = (vector)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_epi32((int)(weight)), (__m512bh)(value))
#define ADD_PRODUCTS(sums, weight, values) \
    _Pragma("clang loop unroll(full)") for (int piece = 0; piece < PIECES; piece++) ADD_PRODUCT((sums)[piece], weight, (values)[piece])
#include "TapLoops.h"

void use_bfloat16_kernels(void) {
    kernel_paired_tap_product = paired_tap_product;
    kernel_paired_panel_product = paired_panel_product;
}
#endif
