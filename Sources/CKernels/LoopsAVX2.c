#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma,bmi2,f16c")))
#define LANES 8
#define ROWS 4
#define PIECES 3
// Twelve sums, three values and a weight take all sixteen registers; left to itself the compiler takes one more.
#define ADD_FLOAT_PRODUCTS(sums, weight, values) \
    do { \
        vector one; \
        __asm__("vbroadcastss %4, %3\n\tvfmadd231ps %5, %3, %0\n\tvfmadd231ps %6, %3, %1\n\tvfmadd231ps %7, %3, %2" \
                : "+x"((sums)[0]), "+x"((sums)[1]), "+x"((sums)[2]), "=&x"(one) \
                : "m"(weight), "x"((values)[0]), "x"((values)[1]), "x"((values)[2])); \
    } while (0)
// The same of gradients, with a vector instead of a weight.
#define ADD_LOADED_PRODUCTS(sums, factor, values) \
    do { \
        vector one; \
        __asm__("vmovups %4, %3\n\tvfmadd231ps %5, %3, %0\n\tvfmadd231ps %6, %3, %1\n\tvfmadd231ps %7, %3, %2" \
                : "+x"((sums)[0]), "+x"((sums)[1]), "+x"((sums)[2]), "=&x"(one) \
                : "m"(factor), "x"((values)[0]), "x"((values)[1]), "x"((values)[2])); \
    } while (0)
#define GRADIENT_ROWS 4
#define GRADIENT_TAPS 3
#define INSTALL use_avx2_kernels
#include "Loops.h"
#endif
