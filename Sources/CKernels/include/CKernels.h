#pragma once
#include <stddef.h>
#include <stdint.h>

// The inner loops of the operators. Each is compiled for AVX-512, AVX2 and plain x86-64, and the one for the processor at
// hand is chosen when the program starts; elsewhere the plain loop serves. Pointers never overlap unless said.

/// y[i] ← y[i]·scale + bias, then, if `activate`, leaky ReLU with slope 0.2 times √2.
void kernel_scale_bias_activate(float *y, ptrdiff_t count, float scale, float bias, int activate);

/// out[i] ← in[i·stride]·scale.
void kernel_copy_scaled(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride, float scale);

/// One plane through the 4×4 filter [1,3,3,1]⊗[1,3,3,1]/64·gain, after padding with `before` zeros above and left (below and
/// right as far as the output reaches), keeping every `stride`-th row and column; then scale, bias and activation as in
/// kernel_scale_bias_activate. `scratch` holds input_width + before + 8 + 4 values.
void kernel_blur_plane(float *out, ptrdiff_t output_height, ptrdiff_t output_width, const float *in, ptrdiff_t input_height,
                       ptrdiff_t input_width, ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias,
                       int activate, float *scratch);

/// One plane doubled in each direction: zeros between the values, then [1,3,3,1]⊗[1,3,3,1]/16; added to `out`.
/// `scratch` holds width + 2 values.
void kernel_upsample_plane_adding(float *out, const float *in, ptrdiff_t height, ptrdiff_t width, float *scratch);

/// Sums the nine products of a stride-2 transposed 3×3 convolution into one output plane of (2·height+1)×(2·width+1):
/// out[2i+a][2j+b] += products[3a+b][i][j]. `out` is set, not added to.
void kernel_interleave_products(float *out, const float *products, ptrdiff_t height, ptrdiff_t width);

/// Where and how each output pixel reads a plane of height×width (both at least 2), bilinearly, with zeros outside and
/// align_corners false: x, y in [-1,1] spans the plane's outer edges. index[p] is the upper left of four neighbours that all
/// lie inside; weights[4p..4p+3] are theirs (upper left, upper right, lower left, lower right).
void kernel_sampling_table(int32_t *index, float *weights, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height,
                           ptrdiff_t width);

/// out[p] ← Σ weights[4p+k]·plane[neighbour k of index[p]].
void kernel_sample_plane(float *out, const float *plane, const int32_t *index, const float *weights, ptrdiff_t count,
                         ptrdiff_t width);

/// warped[p] ← mask[p]·sample(p); blended[p] ← warped[p] + (1−mask[p])·features[p], where `blended` may be NULL.
void kernel_warp_plane(float *warped, float *blended, const float *plane, const int32_t *index, const float *weights,
                       const float *mask, const float *features, ptrdiff_t count, ptrdiff_t width);

// Backward.

/// Back through scale, bias and activation (see kernel_scale_bias_activate) by the output y: dx ← dy·a'·scale, where a' is the
/// activation's slope; *dscale ← Σ dy·a'·x, *dbias ← Σ dy·a'.
void kernel_epilogue_gradient(float *dx, float *dscale, float *dbias, const float *dy, const float *y, ptrdiff_t count,
                              float scale, float bias, int activate);

/// Σ a[i]·b[i].
float kernel_dot(const float *a, const float *b, ptrdiff_t count);

/// y[i] ← y[i]·scale.
void kernel_copy_scaled_in_place(float *y, ptrdiff_t count, float scale);

/// out[i·stride] ← out[i·stride] + in[i].
void kernel_add_strided(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride);

/// The reverse of kernel_interleave_products: products[3a+b][i][j] ← in[2i+a][2j+b].
void kernel_separate_products(float *products, const float *in, ptrdiff_t height, ptrdiff_t width);

/// As kernel_sampling_table, with, for each position, the weights of the left and right, upper and lower neighbours, and how
/// each of these four changes with x or y: factors[8p..8p+7].
void kernel_sampling_slopes(int32_t *index, float *factors, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height,
                            ptrdiff_t width);

/// Back through mask·sample of one plane: adds to the gradients of the plane, of x, of y and of the mask.
void kernel_sampling_gradient(float *dplane, float *dx, float *dy, float *dmask, const float *gradient, const float *plane,
                              const float *mask, const int32_t *index, const float *factors, ptrdiff_t count,
                              ptrdiff_t width);
