#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma,bmi2,f16c")))
#define LANES 8
#define ROWS 4
#define PIECES 3
#define PACKS 1
// Twelve sums, three values and a factor fill all sixteen registers; the compiler alone would need one more.
#define ADD_THREE_PRODUCTS(load, sums, factor, values)                                                       \
    do {                                                                                                     \
        vector one;                                                                                          \
        __asm__(load " %4, %3\n\tvfmadd231ps %5, %3, %0\n\tvfmadd231ps %6, %3, %1\n\tvfmadd231ps %7, %3, %2" \
            : "+x"((sums)[0]), "+x"((sums)[1]), "+x"((sums)[2]), "=&x"(one)                                  \
            : "m"(factor), "x"((values)[0]), "x"((values)[1]), "x"((values)[2]));                            \
    } while (0)
#define ADD_FLOAT_PRODUCTS(sums, weight, values) ADD_THREE_PRODUCTS("vbroadcastss", sums, weight, values)
#define ADD_LOADED_PRODUCTS(sums, arriving, values) ADD_THREE_PRODUCTS("vmovups", sums, arriving, values)
#define GRADIENT_ROWS 4
#define GRADIENT_TAPS 3
#define INSTALL use_avx2_kernels
#include "Loops.h"
#endif
