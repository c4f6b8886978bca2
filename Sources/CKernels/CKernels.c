#include "include/CKernels.h"
#include <stdlib.h>
#include <string.h>

ptrdiff_t kernel_panel;

#define KERNEL(result, name, parameters) result(*kernel_##name) parameters;
#include "include/KernelTable.h"
#undef KERNEL

void use_plain_kernels(void);
#if defined(__x86_64__)
void use_avx2_kernels(void);
void use_avx512_kernels(void);
void use_bfloat16_kernels(void);
#if defined(__linux__)
int use_amx_kernels(void);
#endif
#endif

static const char *in_use;

const char *kernels_in_use(void) {
    return in_use;
}

static int has_bfloat16;

int kernels_have_bfloat16(void) {
    return has_bfloat16;
}

int kernels_have_tiles(void) {
    return !strcmp(in_use, "amx");
}

__attribute__((constructor)) static void choose_kernels(void) {
    in_use = "plain";
    use_plain_kernels();
#if defined(__x86_64__)
    const char *limit = getenv("LIA_KERNELS");
    if (limit && !strcmp(limit, "plain")) {
        return;
    }
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
        return;
    }
    in_use = "avx2";
    use_avx2_kernels();
    if (limit && !strcmp(limit, "avx2")) {
        return;
    }
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl")) {
        return;
    }
    in_use = "avx512";
    use_avx512_kernels();
    if (!__builtin_cpu_supports("avx512bf16")) {
        return;
    }
    has_bfloat16 = 1;
    use_bfloat16_kernels();
#if defined(__linux__)
    if ((!limit || strcmp(limit, "avx512")) && use_amx_kernels()) {
        in_use = "amx";
    }
#endif
#endif
}
