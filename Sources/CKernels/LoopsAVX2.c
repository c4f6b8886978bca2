#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma,bmi2,f16c")))
#define LANES 8
#define ROWS 4
#define GRADIENT_ROWS 1
#define INSTALL use_avx2_kernels
#include "Loops.h"
#endif
