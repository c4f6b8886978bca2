#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,f16c")))
#define LANES 16
#define ROWS 8
#define PIECES 2
#define PACKS 0
#define GRADIENT_ROWS 3
#define GRADIENT_TAPS 9
#define INSTALL use_avx512_kernels
#include "Loops.h"
#endif
