#pragma once
#include <stddef.h>
#include <stdint.h>

// The inner loops of the operators. Each is compiled for AVX-512, AVX2 and plain x86-64, and the set for the processor at hand is chosen
// when the program starts; other processors run the plain loops. AMX adds products of bfloat16 by tiles to the AVX-512 set. The
// environment variable LIA_KERNELS (amx, avx512, avx2 or plain) lowers the choice.

/// The set in use: "amx", "avx512", "avx2" or "plain".
const char *kernels_in_use(void);

/// Whether the set in use multiplies bfloat16 by the processor's own instructions; otherwise it takes as long as float32 or longer.
int kernels_have_bfloat16(void);

/// Whether the set in use multiplies bfloat16 by the processor's tile registers, which is faster still.
int kernels_have_tiles(void);

/// An activation: v ↦ gain·max(v, slope·v), with 0 ≤ slope ≤ 1 and gain > 0.
typedef struct {
    float slope, gain;
} kernel_activation;

/// Output channels whose weights lie side by side.
#define TAP_BLOCK 8
/// Products (channels·taps) in a pass, so that what it reads stays in the first-level cache.
#define TAP_PASS 256
/// Rows, and values in a row, of a tile.
#define TILE 16
/// Products (channels·taps) in a pass by tiles, so that what it reads stays in the first-level cache.
#define TILE_PASS 288

/// Pixels in a panel: as many as the set in use multiplies at a time.
extern ptrdiff_t kernel_panel;

#define KERNEL(result, name, parameters) extern result(*kernel_##name) parameters;
#include "KernelTable.h"
#undef KERNEL
