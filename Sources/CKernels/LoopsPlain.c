#define TARGET
#define LANES 4
#define ROWS 4
#define PIECES 2
#define PACKS 1
#define GRADIENT_ROWS 1
#define GRADIENT_TAPS 9
#define INSTALL use_plain_kernels
#include "Loops.h"
