#pragma once
#include <stddef.h>
#include <stdint.h>

// The inner loops of the operators. Each is compiled for AVX-512, AVX2 and plain x86-64, and the set for the processor at hand is
// chosen when the program starts; elsewhere the plain loops serve. With AMX come products of bfloat16 by tiles, the rest as with
// AVX-512. The variable LIA_KERNELS (amx, avx512, avx2 or plain) lowers the choice. Pointers never overlap unless said.

/// The set in use: "amx", "avx512", "avx2" or "plain".
const char *kernels_in_use(void);

/// Whether the set in use multiplies bfloat16 by the processor's own instructions; otherwise it takes as long as float32 or longer.
int kernels_have_bfloat16(void);

/// Whether the set in use multiplies bfloat16 by the processor's tile registers, which is faster still.
int kernels_have_tiles(void);

/// y[i] ← y[i]·scale + bias, then, if `activate`, leaky ReLU with slope 0.2 times √2.
extern void (*kernel_scale_bias_activate)(float *y, ptrdiff_t count, float scale, float bias, int activate);

/// out[i] ← in[i·stride]·scale.
extern void (*kernel_copy_scaled)(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride, float scale);

/// One plane through the 4×4 filter [1,3,3,1]⊗[1,3,3,1]/64·gain, after padding with `before` zeros above and left (below and
/// right as far as the output reaches), keeping every `stride`-th row and column; then scale, bias and activation as in
/// kernel_scale_bias_activate. `scratch` holds input_width + before + 8 + 4 values.
extern void (*kernel_blur_plane)(float *out, ptrdiff_t output_height, ptrdiff_t output_width, const float *in, ptrdiff_t input_height,
                       ptrdiff_t input_width, ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias,
                       int activate, float *scratch);

/// One plane doubled in each direction: zeros between the values, then [1,3,3,1]⊗[1,3,3,1]/16; added to `out`.
/// `scratch` holds width + 2 values.
extern void (*kernel_upsample_plane_adding)(float *out, const float *in, ptrdiff_t height, ptrdiff_t width, float *scratch);

/// Where and how each output pixel reads a plane of height×width (both at least 2), bilinearly, with zeros outside and
/// align_corners false: x, y in [-1,1] spans the plane's outer edges. index[p] is the upper left of four neighbours that all
/// lie inside; weights[k·step + p] are theirs (upper left, upper right, lower left, lower right).
extern void (*kernel_sampling_table)(int32_t *index, float *weights, ptrdiff_t step, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height,
                           ptrdiff_t width);

/// out[p] ← Σ weights[k·step + p]·plane[neighbour k of index[p]].
extern void (*kernel_sample_plane)(float *out, const float *plane, const int32_t *index, const float *weights, ptrdiff_t step,
                                   ptrdiff_t count, ptrdiff_t width);

/// warped[p] ← mask[p]·sample(p); blended[p] ← warped[p] + (1−mask[p])·features[p], where `blended` may be NULL.
extern void (*kernel_warp_plane)(float *warped, float *blended, const float *plane, const int32_t *index, const float *weights,
                                 ptrdiff_t step, const float *mask, const float *features, ptrdiff_t count, ptrdiff_t width);

/// A level's raw map, three planes `step` values apart: flow ← tanh of the first two, mask ← sigmoid of the third.
extern void (*kernel_flow_and_mask)(float *flow_x, float *flow_y, float *mask, const float *raw, ptrdiff_t step,
                                    ptrdiff_t count);

// Backward.

/// Back through scale, bias and activation (see kernel_scale_bias_activate) by the output y: dx ← dy·a'·scale, where a' is the
/// activation's slope; *dscale ← Σ dy·a'·x, *dbias ← Σ dy·a'.
extern void (*kernel_epilogue_gradient)(float *dx, float *dscale, float *dbias, const float *dy, const float *y, ptrdiff_t count,
                              float scale, float bias, int activate);

/// Σ |a[i] − b[i]|·weights[i], with weights of 1 where NULL.
extern double (*kernel_absolute_difference)(const float *a, const float *b, const float *weights, ptrdiff_t count);

/// Its gradient: out[i] ← sign(a[i] − b[i])·weights[i]·factor, 0 where a[i] = b[i].
extern void (*kernel_difference_sign)(float *out, const float *a, const float *b, const float *weights, ptrdiff_t count,
                                      float factor);

/// Σ a[i]·b[i].
extern float (*kernel_dot)(const float *a, const float *b, ptrdiff_t count);

/// y[i] ← y[i]·scale.
extern void (*kernel_copy_scaled_in_place)(float *y, ptrdiff_t count, float scale);

/// As kernel_sampling_table, with, for each position, the weights of the left and right, upper and lower neighbours, and how
/// each of these four changes with x or y: factors[8p..8p+7].
extern void (*kernel_sampling_slopes)(int32_t *index, float *factors, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height,
                            ptrdiff_t width);

/// Back through mask·sample of one plane: adds to the gradients of the plane, of x, of y and of the mask.
extern void (*kernel_sampling_gradient)(float *dplane, float *dx, float *dy, float *dmask, const float *gradient, const float *plane,
                              const float *mask, const int32_t *index, const float *factors, ptrdiff_t count,
                              ptrdiff_t width);

/// out[i·stride] ← in[i].
extern void (*kernel_copy_strided)(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride);

// Convolution without unfolding: the input lies in planes with their margins, and each tap of the kernel is an offset.

/// Output channels whose weights lie side by side.
#define TAP_BLOCK 8
/// Products (channels·taps) in a pass that keeps what it reads in the first-level cache.
#define TAP_PASS 256

/// y[o·y_plane + y_offsets[r] + i] ←
///     Σ_c Σ_t weights[o/TAP_BLOCK·block_step + (c·taps + t)·TAP_BLOCK + o%TAP_BLOCK]·x[c·x_plane + x_offsets[r] + offsets[t] + i]
/// for o < outputs, all runs r and i < lengths[r] ≤ 16; added to y where `adding`; and, where `finishing`, then scaled
/// by scales[o] (1 where NULL), shifted by biases[o] (0 where NULL) and, if `activate`, as in kernel_scale_bias_activate.
/// Reads 16 values of x at each place, whatever the length; weights of the last block's absent outputs are there and finite.
extern void (*kernel_tap_product)(const float *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *offsets,
                                  const float *x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *x_offsets,
                                  const ptrdiff_t *y_offsets, const ptrdiff_t *lengths, float *y, ptrdiff_t y_plane,
                                  ptrdiff_t outputs, int adding, int finishing, const float *scales, const float *biases,
                                  int activate);

/// The same on pairs of channels in bfloat16: each element of x and of the weights holds an even channel in its lower half and the odd
/// one after it in its upper half, and contributes both products. `channels` counts pairs.
extern void (*kernel_paired_tap_product)(const uint32_t *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps,
                                         const ptrdiff_t *offsets, const uint32_t *x, ptrdiff_t x_plane, ptrdiff_t runs,
                                         const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths,
                                         float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing,
                                         const float *scales, const float *biases, int activate);

/// Rows, and values in a row, of a tile.
#define TILE 16
/// Products (channels·taps) in a pass by tiles, to keep what they read in the first-level cache.
#define TILE_PASS 288

/// The same as kernel_paired_tap_product with the weights in tiles: that of output o for product p = c·taps + t is
/// weights[o/TILE·block_step + (p/TILE·TILE + o%TILE)·TILE + p%TILE]; for absent outputs and products, up to whole tiles, it is 0.
/// There are TILE_PASS products at most.
extern void (*kernel_tile_product)(const uint32_t *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps,
                                   const ptrdiff_t *offsets, const uint32_t *x, ptrdiff_t x_plane, ptrdiff_t runs,
                                   const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths,
                                   float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing,
                                   const float *scales, const float *biases, int activate);

/// out[i] ← first[i·stride]·first_scale in bfloat16 in the lower half, second[i·stride]·second_scale in the upper; zero there where
/// `second` is NULL.
extern void (*kernel_copy_paired)(uint32_t *out, const float *first, const float *second, ptrdiff_t count,
                                  ptrdiff_t stride, float first_scale, float second_scale);

/// y[o·y_plane + p] ← Σ_c weights[(o/TAP_BLOCK·channels + c)·TAP_BLOCK + o%TAP_BLOCK]·x[c·x_plane + p], a product of matrices, for
/// o < outputs and p < pixels; where `finishing`, then scaled, shifted and activated as in kernel_tap_product.
extern void (*kernel_pointwise_product)(const float *weights, ptrdiff_t channels, const float *x, ptrdiff_t x_plane, ptrdiff_t pixels,
                                        float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int finishing, const float *scales,
                                        const float *biases, int activate);

/// Pixels of a panel, what the set in use multiplies at a time.
extern ptrdiff_t kernel_panel;

/// The same product without an epilogue of an x that comes in panels: the value of channel c and pixel p is
/// panels[(p/kernel_panel·channels + c)·kernel_panel + p%kernel_panel], any number past the last pixel.
extern void (*kernel_panel_product)(const float *weights, ptrdiff_t channels, const float *panels, ptrdiff_t pixels, float *y,
                                    ptrdiff_t y_plane, ptrdiff_t outputs);

/// out[o·out_step + t] += Σ_r Σ_i gradient[o·gradient_plane + r·gradient_row + i]·x[x_offsets[r] + offsets[t] + i] for all rows r
/// and i < width, a multiple of 16.
extern void (*kernel_tap_gradient)(float *out, ptrdiff_t out_step, ptrdiff_t outputs, ptrdiff_t taps,
                                   const ptrdiff_t *offsets, const float *x, ptrdiff_t rows, const ptrdiff_t *x_offsets,
                                   const float *gradient, ptrdiff_t gradient_plane, ptrdiff_t gradient_row,
                                   ptrdiff_t width);

/// Output rows 2·first to 2·last − 1 of a plane of 2·height×2·width: the filter [1,3,3,1]⊗[1,3,3,1]/64·gain over a plane of
/// (2·height+1)×(2·width+1), one zero around it, which comes in four grids by the parity of row and column (even-even, even-odd,
/// odd-even, odd-odd); then scale, bias and activation. Row `grid_first` of a grid stands at its pointer, the others `strides`
/// values apart. `scratch` holds 2·width + 48 values.
extern void (*kernel_blur_grids)(float *out, const float *const grids[4], const ptrdiff_t strides[4], ptrdiff_t first,
                                 ptrdiff_t last, ptrdiff_t grid_first, ptrdiff_t height, ptrdiff_t width, float gain,
                                 float scale, float bias, int activate, float *scratch);

// Winograd's convolution F(4×4, 3×3) (Lavin and Gray 2015, section 4.3), for planes whose sides are multiples of 4, with one zero
// around them: each tile of 4×4 results comes from 36 products in place of 144.

/// G·g·Gᵀ of 3×3 weights times `gain`, for `count` (at most TAP_BLOCK) results: value k of result r, whose nine weights are at
/// from[r·step], goes to to[k·k_step + r], with zeros for the other results; of the kernel turned half around if `turned`.
extern void (*kernel_winograd_weights)(float *to, ptrdiff_t k_step, const float *from, ptrdiff_t step, ptrdiff_t count, int turned,
                                       float gain);

/// `count` tiles of a plane in one row of tiles, from the tile `first` of the row on, times `scale`, as the 36 values of each:
/// v[k·v_step + i].
extern void (*kernel_winograd_input)(float *v, ptrdiff_t v_step, const float *x, ptrdiff_t height, ptrdiff_t width,
                                     ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, float scale);

/// Results of such tiles from their 36 products m[k·m_step + i]; then scale, bias and activation.
extern void (*kernel_winograd_output)(float *y, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count,
                                      const float *m, ptrdiff_t m_step, float scale, float bias, int activate);
