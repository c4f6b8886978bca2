#if defined(__x86_64__) && defined(__linux__)
#define TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,f16c")))
#define LANES 16
#define ROWS TILE
#define PIECES 2
#include "Vectors.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ELEMENT uint32_t
#define NAMED(name) tile_##name
#include "Pieces.h"

/// The configuration of the eight tile registers that `ldtilecfg` loads.
struct tile_configuration {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

// Tile registers 0 to 3 hold sums (two tiles of outputs by two of pixels), 4 and 5 weights, 6 and 7 input.
LOOP void tile_product(const uint32_t *restrict weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps,
    const ptrdiff_t *restrict offsets, const uint32_t *restrict x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *restrict x_offsets,
    const ptrdiff_t *restrict y_offsets, const ptrdiff_t *restrict lengths, float *restrict y, ptrdiff_t y_plane, ptrdiff_t outputs,
    int adding, int finishing, const float *restrict scales, const float *restrict biases, kernel_activation activation) {
    enum { width = PIECES * TILE };
    struct tile_configuration whole = {.palette = 1};
    for (int k = 0; k < 8; k++) {
        whole.row_bytes[k] = 4 * TILE;
        whole.rows[k] = TILE;
    }
    _tile_loadconfig(&whole);
    // The panel holds what the taps read of two runs: it stays in the first-level cache for all outputs.
    uint32_t panel[TILE_PASS * width] __attribute__((aligned(64)));
    const ptrdiff_t steps = (channels * taps + TILE - 1) / TILE;
    const uint32_t *from[PIECES];
    ptrdiff_t to[PIECES], count[PIECES];
    for (ptrdiff_t piece = 0; piece < runs; piece += PIECES) {
        if (!tile_take_pieces(piece, runs, x, x_offsets, y_offsets, lengths, from, to, count)) {
            continue;
        }
        uint32_t *next = panel;
        for (ptrdiff_t channel = 0; channel < channels; channel++) {
            for (ptrdiff_t tap = 0; tap < taps; tap++, next += width) {
                for (int k = 0; k < PIECES; k++) {
                    *(__m512i_u *)(next + k * TILE) = *(const __m512i_u *)(from[k] + channel * x_plane + offsets[tap]);
                }
            }
        }
        // The weights of absent products are 0, but 0 times NaN is NaN: the panel needs finite numbers there.
        memset(next, 0, sizeof(uint32_t) * (size_t)(panel + steps * TILE * width - next));
        for (ptrdiff_t first = 0; first < outputs; first += 2 * TILE) {
            const int both = first + TILE < outputs;
            const uint32_t *upper = weights + first / TILE * block_step, *lower = both ? upper + block_step : upper;
            _tile_zero(0);
            _tile_zero(1);
            _tile_zero(2);
            _tile_zero(3);
            for (ptrdiff_t step = 0; step < steps; step++) {
                const uint32_t *values = panel + step * TILE * width;
                _tile_loadd(4, upper + step * TILE * TILE, 4 * TILE);
                _tile_loadd(6, values, 4 * width);
                _tile_dpbf16ps(0, 4, 6);
                _tile_loadd(7, values + TILE, 4 * width);
                _tile_dpbf16ps(1, 4, 7);
                if (both) {
                    _tile_loadd(5, lower + step * TILE * TILE, 4 * TILE);
                    _tile_dpbf16ps(2, 5, 6);
                    _tile_dpbf16ps(3, 5, 7);
                }
            }
            for (ptrdiff_t half = first; half < outputs && half < first + 2 * TILE; half += TILE) {
                vector sums[ROWS][PIECES] __attribute__((aligned(64)));
                if (half == first) {
                    _tile_stored(0, &sums[0][0], 4 * width);
                    _tile_stored(1, &sums[0][1], 4 * width);
                } else {
                    _tile_stored(2, &sums[0][0], 4 * width);
                    _tile_stored(3, &sums[0][1], 4 * width);
                }
                tile_put(sums, y + half * y_plane, y_plane, to, count, outputs - half, adding, finishing, scales ? scales + half : NULL,
                    biases ? biases + half : NULL, activation);
            }
        }
    }
    _tile_release();
}

/// Installs tile_product if the processor has tiles for bfloat16 and the system permits their use; returns whether it does.
int use_amx_kernels(void) {
    enum { bfloat16 = 1 << 22, tiles = 1 << 24, request_state = 0x1023, tile_data = 18 };
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & bfloat16) || !(d & tiles)) {
        return 0;
    }
    // Linux saves tile registers only for processes that request it (Documentation/arch/x86/xstate.rst).
    if (syscall(SYS_arch_prctl, request_state, tile_data) != 0) {
        return 0;
    }
    kernel_tile_product = tile_product;
    return 1;
}
#endif
