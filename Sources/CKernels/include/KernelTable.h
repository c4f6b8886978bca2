// The table of kernels, declared here and nowhere else: KERNEL(result, name, parameters) for each. A file defines KERNEL, includes this
// table and undefines KERNEL; CKernels.h makes pointers `kernel_name` of it, Loops.h points them at its loops.
//
// Pointers never overlap unless a kernel says so. Counts and steps are in values, not in bytes.

// MARK: Values one by one

/// y[i] ← activation(y[i]·scale + bias).
KERNEL(void, scale_bias_activate, (float *y, ptrdiff_t count, float scale, float bias, kernel_activation activation))

/// y[i] ← y[i]·scale.
KERNEL(void, copy_scaled_in_place, (float *y, ptrdiff_t count, float scale))

/// out[i] ← in[i·stride]·scale.
KERNEL(void, copy_scaled, (float *out, const float *in, ptrdiff_t count, ptrdiff_t stride, float scale))

/// out[i·columns + j] ← in[i·step + j] for i < rows and j < columns.
KERNEL(void, copy_rows, (float *out, const float *in, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step))

/// out[i·stride] ← in[i].
KERNEL(void, copy_strided, (float *out, const float *in, ptrdiff_t count, ptrdiff_t stride))

/// out[i] ← first[i·stride]·first_scale in bfloat16 in the lower half, second[i·stride]·second_scale in the upper half; the upper half
/// is zero where `second` is NULL.
KERNEL(void, copy_paired,
    (uint32_t *out, const float *first, const float *second, ptrdiff_t count, ptrdiff_t stride, float first_scale, float second_scale))

/// Σ a[i]·b[i].
KERNEL(float, dot, (const float *a, const float *b, ptrdiff_t count))

/// Σ |a[i] − b[i]|·weights[i]; every weight is 1 where `weights` is NULL.
KERNEL(double, absolute_difference, (const float *a, const float *b, const float *weights, ptrdiff_t count))

/// out[i] ← sign(a[i] − b[i])·weights[i]·factor, 0 where a[i] = b[i]: the gradient of absolute_difference times a factor.
KERNEL(void, difference_sign, (float *out, const float *a, const float *b, const float *weights, ptrdiff_t count, float factor))

/// Gradient of y = activation(x·scale + bias), from the output y alone. With the activation's derivative a', known from the sign of y:
/// dx ← dy·a'·scale, *dscale ← Σ dy·a'·x, *dbias ← Σ dy·a'. `scale` is not 0.
KERNEL(void, epilogue_gradient,
    (float *dx, float *dscale, float *dbias, const float *dy, const float *y, ptrdiff_t count, float scale, float bias,
        kernel_activation activation))

/// out[i] ← x[i]·Φ(x[i]), with Φ the normal distribution's integral, to within 2e-7·max(1, |x[i]|).
KERNEL(void, gelu, (float *out, const float *x, ptrdiff_t count))

/// out[i] ← 1/(1 + e^−x[i]).
KERNEL(void, sigmoid, (float *out, const float *x, ptrdiff_t count))

/// out[k·step + i] ← e^x[k·step + i]/Σ_l e^x[l·step + i] for k, l < planes and i < count.
KERNEL(void, softmax_planes, (float *out, const float *x, ptrdiff_t planes, ptrdiff_t step, ptrdiff_t count))

/// The mean of x and its mean squared distance from it.
KERNEL(void, moments, (const float *x, ptrdiff_t count, float *mean, float *variance))

/// out[i] ← activation(x[i]·(1 + factor[i]) + shift[i]).
KERNEL(void, modulate,
    (float *out, const float *x, const float *factor, const float *shift, ptrdiff_t count, kernel_activation activation))

// MARK: The filter [1,3,3,1]⊗[1,3,3,1]

/// One plane through the filter [1,3,3,1]⊗[1,3,3,1]/64·gain with `before` zeros above and left (below and right as many as the output
/// reaches), every `stride`-th row and column; then activation(·scale + bias). `scratch` holds input_width + before + 48 values.
KERNEL(void, blur_plane,
    (float *out, ptrdiff_t output_height, ptrdiff_t output_width, const float *in, ptrdiff_t input_height, ptrdiff_t input_width,
        ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias, kernel_activation activation, float *scratch))

/// One plane doubled in each direction, by zeros between the values and the filter [1,3,3,1]⊗[1,3,3,1]/16; added to `out`. `scratch`
/// holds width + 2 values.
KERNEL(void, upsample_plane_adding, (float *out, const float *in, ptrdiff_t height, ptrdiff_t width, float *scratch))

/// The four grids (see blur_grids) of what a transposed convolution of stride 2 adds up, from the products of its nine taps: value (i, j) of
/// plane 3·a + b, height×width, goes to place (2·i + a, 2·j + b). The planes begin `offset` values from their pointers; the grids, each
/// of height + 1 rows of width + 1 values, lie one after the other.
KERNEL(void, add_taps, (float *sums, const float *const planes[9], ptrdiff_t offset, ptrdiff_t height, ptrdiff_t width))

/// Output rows 2·first to 2·last − 1 of a plane of 2·height×2·width: the filter [1,3,3,1]⊗[1,3,3,1]/64·gain over a plane of
/// (2·height + 1)×(2·width + 1) with one zero around it, then activation(·scale + bias). That plane comes as four grids by the parity of
/// row and column (even-even, even-odd, odd-even, odd-odd): row `grid_first` of a grid is `offset` values from its pointer, the next row
/// `stride` values on. `scratch` holds 2·width + 48 values.
KERNEL(void, blur_grids,
    (float *out, const float *const grids[4], ptrdiff_t offset, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t last,
        ptrdiff_t grid_first, ptrdiff_t height, ptrdiff_t width, float gain, float scale, float bias, kernel_activation activation, float *scratch))

// MARK: Bilinear sampling, with zeros outside and align_corners false: −1 and 1 are the plane's outer edges

/// x[p], y[p] ← the place of pixel first + p, counted row by row, on evenly spaced ones from −1 to 1 in each direction, plus its flow.
KERNEL(void, flow_positions,
    (float *x, float *y, const float *flow_x, const float *flow_y, ptrdiff_t first, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width))

/// For each position (x[p], y[p]) in a plane of height×width (both at least 2): index[p] is the upper left of four neighbors that all
/// lie inside, weights[k·step + p] the weight of neighbor k (upper left, upper right, lower left, lower right).
KERNEL(void, sampling_table,
    (int32_t *index, float *weights, ptrdiff_t step, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width))

/// out[p] ← Σ_k weights[k·step + p]·plane[neighbor k of index[p]].
KERNEL(void, sample_plane,
    (float *out, const float *plane, const int32_t *index, const float *weights, ptrdiff_t step, ptrdiff_t count, ptrdiff_t width))

/// out[p] ← Σ_k weights[k·step + p]·volume[neighbor k of index[p]] for the eight neighbors of a place in a volume: those of sampling_table
/// in the nearer plane, then those in the next one, `plane` values on.
KERNEL(void, sample_volume,
    (float *out, const float *volume, const int32_t *index, const float *weights, ptrdiff_t step, ptrdiff_t count, ptrdiff_t width,
        ptrdiff_t plane))

/// warped[p] ← mask[p]·sample(p); blended[p] ← warped[p] + (1 − mask[p])·features[p], unless `blended` is NULL.
KERNEL(void, warp_plane,
    (float *warped, float *blended, const float *plane, const int32_t *index, const float *weights, ptrdiff_t step, const float *mask,
        const float *features, ptrdiff_t count, ptrdiff_t width))

/// flow_x, flow_y ← tanh of the first two planes of `raw`, mask ← sigmoid of the third. The planes are `step` values apart.
KERNEL(void, flow_and_mask, (float *flow_x, float *flow_y, float *mask, const float *raw, ptrdiff_t step, ptrdiff_t count))

/// index[p] as from sampling_table; factors[8p…8p+7] are the weights of the left, right, upper and lower neighbors, then the
/// derivatives of these four by x (left, right) and by y (upper, lower).
KERNEL(void, sampling_slopes,
    (int32_t *index, float *factors, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width))

/// Gradient of mask·sample of one plane; adds to dplane, dx, dy and dmask.
KERNEL(void, sampling_gradient,
    (float *dplane, float *dx, float *dy, float *dmask, const float *gradient, const float *plane, const float *mask,
        const int32_t *index, const float *factors, ptrdiff_t count, ptrdiff_t width))

// MARK: Convolution without unfolding: the input lies in planes with their margins, and each tap of the kernel is an offset

/// What the three products by taps take; `element` is what weights and input consist of.
#define TAP_PARAMETERS(element)                                                                                                            \
    (const element *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *offsets, const element *x,         \
        ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths, float *y,     \
        ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *scales, const float *biases,                         \
        kernel_activation activation)

/// y[o·y_plane + y_offsets[r] + i] ←
///     Σ_c Σ_t weights[o/TAP_BLOCK·block_step + (c·taps + t)·TAP_BLOCK + o%TAP_BLOCK]·x[c·x_plane + x_offsets[r] + offsets[t] + i]
/// for o < outputs, all runs r and i < lengths[r] ≤ 16; added to y if `adding`; then, if `finishing`, activation(·scales[o] +
/// biases[o]), where scales are 1 and biases 0 if NULL. Reads 16 values of x for each run, whatever its length. The last block's weights
/// are finite for outputs that do not exist, too.
KERNEL(void, tap_product, TAP_PARAMETERS(float))

/// tap_product on pairs of channels in bfloat16: each element of x and of the weights holds an even channel in its lower half and the
/// odd one after it in its upper half, and contributes both products. `channels` counts pairs.
KERNEL(void, paired_tap_product, TAP_PARAMETERS(uint32_t))

/// paired_tap_product with the weights in tiles: the weight of output o for product p = c·taps + t is
/// weights[o/TILE·block_step + (p/TILE·TILE + o%TILE)·TILE + p%TILE], 0 for outputs and products that fill up a tile. At most TILE_PASS
/// products.
KERNEL(void, tile_product, TAP_PARAMETERS(uint32_t))

/// y[o·y_plane + p] ← Σ_c weights[(o/TAP_BLOCK·channels + c)·TAP_BLOCK + o%TAP_BLOCK]·x[c·x_plane + p], a matrix product, for
/// o < outputs and p < pixels; then, if `finishing`, scaled, shifted and activated as in tap_product.
KERNEL(void, pointwise_product,
    (const float *weights, ptrdiff_t channels, const float *x, ptrdiff_t x_plane, ptrdiff_t pixels, float *y, ptrdiff_t y_plane,
        ptrdiff_t outputs, int finishing, const float *scales, const float *biases, kernel_activation activation))

/// What the products of panels take; `element` is what weights and panels consist of.
#define PANEL_PARAMETERS(element)                                                                                                    \
    (const element *weights, ptrdiff_t channels, const element *panels, ptrdiff_t pixels, float *y, ptrdiff_t y_plane,             \
        ptrdiff_t outputs, int adding)

/// pointwise_product without an epilogue, added to y if `adding`, of an x in panels of kernel_panel pixels: channel c of pixel p is
/// panels[(p/kernel_panel·channels + c)·kernel_panel + p%kernel_panel], any number past the last pixel. Up to the end of the last panel, y
/// may be set to any numbers.
KERNEL(void, panel_product, PANEL_PARAMETERS(float))

/// panel_product on pairs of channels in bfloat16, as paired_tap_product has them.
KERNEL(void, paired_panel_product, PANEL_PARAMETERS(uint32_t))

/// out[o·out_step + t] += Σ_r Σ_i gradient[o·gradient_plane + r·gradient_row + i]·x[x_offsets[r] + offsets[t] + i] for all rows r and
/// i < width, a multiple of 16.
KERNEL(void, tap_gradient,
    (float *out, ptrdiff_t out_step, ptrdiff_t outputs, ptrdiff_t taps, const ptrdiff_t *offsets, const float *x, ptrdiff_t rows,
        const ptrdiff_t *x_offsets, const float *gradient, ptrdiff_t gradient_plane, ptrdiff_t gradient_row, ptrdiff_t width))

// MARK: Winograd's convolution F(4×4, 3×3) (Lavin and Gray 2015, section 4.3), for planes with one zero around them and sides that are
// multiples of 4: 36 products make each tile of 4×4 results, instead of 144

/// Value k of G·g·Gᵀ·gain of the 3×3 weights of result r, from[r·step…], goes to to[k·k_step + r], for r < count ≤ TAP_BLOCK; zeros for
/// the other results of the block. The kernel is turned by 180° if `turned`.
KERNEL(void, winograd_weights, (float *to, ptrdiff_t k_step, const float *from, ptrdiff_t step, ptrdiff_t count, int turned, float gain))

/// The 36 values v[k·v_step + i] of `count` tiles of a plane, times `scale`, from tile `first` of the row of tiles `tile_row` on: in float32
/// where `half` is 0; else in bfloat16 in the lower half (1; the upper one is then 0) or the upper half (2) of each value.
KERNEL(void, winograd_input,
    (float *v, ptrdiff_t v_step, const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count,
        float scale, int half))

/// The results of such tiles from their products m[k·m_step + i]; then activation(·scale + bias).
KERNEL(void, winograd_output,
    (float *y, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, const float *m, ptrdiff_t m_step, float scale,
        float bias, kernel_activation activation))

/// The values u[k·u_step + i] of the gradients dy of the results of such tiles: what their products are to be multiplied by.
KERNEL(void, winograd_gradient,
    (float *u, ptrdiff_t u_step, const float *dy, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count))

/// Adds to the gradients of the 3×3 weights of `count` channels, to[9·c…], what the sums of products of gradients and inputs,
/// sums[k·k_step + c], say of them.
KERNEL(void, winograd_weight_gradient, (float *to, const float *sums, ptrdiff_t k_step, ptrdiff_t count))

// MARK: 3×3 convolution that halves or doubles the sides, by Winograd's way in phases (see PolyphaseLoops.h): 81 products make each tile of
// 4×4 places of the smaller side, instead of 144. Value k = 9·row + column of nine for each axis: five of the even phase, four of the odd

/// winograd_weights with the 81 values of either direction.
KERNEL(void, polyphase_weights,
    (float *to, ptrdiff_t k_step, const float *from, ptrdiff_t step, ptrdiff_t count, int turned, float gain))

/// The 25 values v[k·v_step + i] of a row of `count` tiles of 4×4 input values that begins at x, times `scale`; the next plane is `plane`
/// values on. Value k is that of all products whose row and column are k/5 and k%5, or those and 5 more. `half` is as in winograd_input.
KERNEL(void, doubling_input,
    (float *v, ptrdiff_t v_step, const float *x, ptrdiff_t plane, ptrdiff_t width, ptrdiff_t count, float scale, int half))

/// The four grids (see blur_grids) of a row of `count` tiles from their products m[k·m_step + i]; each pointer is at the tiles' first row,
/// the next row `stride` values on. The tiles set four rows of a grid of odd rows; of one of even rows they add to the first of five and
/// set four. A grid of even columns has 4·count + 1 columns, one of odd columns 4·count.
KERNEL(void, doubling_output, (float *const grids[4], ptrdiff_t stride, ptrdiff_t count, const float *m, ptrdiff_t m_step))

/// The 81 values v[k·v_step + i] of a row of `count` tiles of 9×9 input values, eight columns apart, as in doubling_input.
KERNEL(void, halving_input,
    (float *v, ptrdiff_t v_step, const float *x, ptrdiff_t plane, ptrdiff_t width, ptrdiff_t count, float scale, int half))

/// 4×4 results of each tile of such a row from the sums m[k·m_step + i] of its products, 25 as in doubling_input; then
/// activation(·scale + bias).
KERNEL(void, halving_output,
    (float *y, ptrdiff_t width, ptrdiff_t count, const float *m, ptrdiff_t m_step, float scale, float bias, kernel_activation activation))

#undef TAP_PARAMETERS
#undef PANEL_PARAMETERS
