#include "include/CKernels.h"
#include <stdlib.h>
#include <string.h>

void (*kernel_scale_bias_activate)(float *y, ptrdiff_t count, float scale, float bias, int activate);
void (*kernel_copy_scaled)(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride, float scale);
void (*kernel_blur_plane)(float *out, ptrdiff_t output_height, ptrdiff_t output_width, const float *in, ptrdiff_t input_height, ptrdiff_t input_width, ptrdiff_t before, ptrdiff_t stride, float gain, float scale, float bias, int activate, float *scratch);
void (*kernel_upsample_plane_adding)(float *out, const float *in, ptrdiff_t height, ptrdiff_t width, float *scratch);
void (*kernel_sampling_table)(int32_t *index, float *weights, ptrdiff_t step, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width);
void (*kernel_sample_plane)(float *out, const float *plane, const int32_t *index, const float *weights, ptrdiff_t step, ptrdiff_t count, ptrdiff_t width);
void (*kernel_warp_plane)(float *warped, float *blended, const float *plane, const int32_t *index, const float *weights, ptrdiff_t step, const float *mask, const float *features, ptrdiff_t count, ptrdiff_t width);
void (*kernel_flow_and_mask)(float *flow_x, float *flow_y, float *mask, const float *raw, ptrdiff_t step, ptrdiff_t count);
void (*kernel_epilogue_gradient)(float *dx, float *dscale, float *dbias, const float *dy, const float *y, ptrdiff_t count, float scale, float bias, int activate);
double (*kernel_absolute_difference)(const float *a, const float *b, const float *weights, ptrdiff_t count);
void (*kernel_difference_sign)(float *out, const float *a, const float *b, const float *weights, ptrdiff_t count, float factor);
float (*kernel_dot)(const float *a, const float *b, ptrdiff_t count);
void (*kernel_copy_scaled_in_place)(float *y, ptrdiff_t count, float scale);
void (*kernel_sampling_slopes)(int32_t *index, float *factors, const float *x, const float *y, ptrdiff_t count, ptrdiff_t height, ptrdiff_t width);
void (*kernel_sampling_gradient)(float *dplane, float *dx, float *dy, float *dmask, const float *gradient, const float *plane, const float *mask, const int32_t *index, const float *factors, ptrdiff_t count, ptrdiff_t width);
void (*kernel_copy_strided)(float *out, const float *in, ptrdiff_t count, ptrdiff_t stride);
void (*kernel_tap_product)(const float *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *offsets, const float *x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths, float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *scales, const float *biases, int activate);
void (*kernel_paired_tap_product)(const uint32_t *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *offsets, const uint32_t *x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths, float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *scales, const float *biases, int activate);
void (*kernel_tile_product)(const uint32_t *weights, ptrdiff_t block_step, ptrdiff_t channels, ptrdiff_t taps, const ptrdiff_t *offsets, const uint32_t *x, ptrdiff_t x_plane, ptrdiff_t runs, const ptrdiff_t *x_offsets, const ptrdiff_t *y_offsets, const ptrdiff_t *lengths, float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int adding, int finishing, const float *scales, const float *biases, int activate);
void (*kernel_pointwise_product)(const float *weights, ptrdiff_t channels, const float *x, ptrdiff_t x_plane, ptrdiff_t pixels, float *y, ptrdiff_t y_plane, ptrdiff_t outputs, int finishing, const float *scales, const float *biases, int activate);
ptrdiff_t kernel_panel;
void (*kernel_panel_product)(const float *weights, ptrdiff_t channels, const float *panels, ptrdiff_t pixels, float *y, ptrdiff_t y_plane, ptrdiff_t outputs);
void (*kernel_copy_paired)(uint32_t *out, const float *first, const float *second, ptrdiff_t count, ptrdiff_t stride, float first_scale, float second_scale);
void (*kernel_tap_gradient)(float *out, ptrdiff_t out_step, ptrdiff_t outputs, ptrdiff_t taps, const ptrdiff_t *offsets, const float *x, ptrdiff_t rows, const ptrdiff_t *x_offsets, const float *gradient, ptrdiff_t gradient_plane, ptrdiff_t gradient_row, ptrdiff_t width);
void (*kernel_blur_grids)(float *out, const float *const grids[4], const ptrdiff_t strides[4], ptrdiff_t first, ptrdiff_t last, ptrdiff_t grid_first, ptrdiff_t height, ptrdiff_t width, float gain, float scale, float bias, int activate, float *scratch);
void (*kernel_winograd_weights)(float *to, ptrdiff_t k_step, const float *from, ptrdiff_t step, ptrdiff_t count, int turned, float gain);
void (*kernel_winograd_input)(float *v, ptrdiff_t v_step, const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, float scale);
void (*kernel_winograd_output)(float *y, ptrdiff_t width, ptrdiff_t tile_row, ptrdiff_t first, ptrdiff_t count, const float *m, ptrdiff_t m_step, float scale, float bias, int activate);

void use_plain_kernels(void);
#if defined(__x86_64__)
void use_avx2_kernels(void);
void use_avx512_kernels(void);
void use_bfloat16_kernels(void);
#if defined(__linux__)
int use_amx_kernels(void);
#endif
#endif

static const char *in_use;

const char *kernels_in_use(void) { return in_use; }

static int has_bfloat16;

int kernels_have_bfloat16(void) { return has_bfloat16; }

int kernels_have_tiles(void) { return !strcmp(in_use, "amx"); }

__attribute__((constructor)) static void choose_kernels(void) {
    in_use = "plain";
    use_plain_kernels();
#if defined(__x86_64__)
    const char *limit = getenv("LIA_KERNELS");
    if (limit && !strcmp(limit, "plain")) return;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    in_use = "avx2";
    use_avx2_kernels();
    if (limit && !strcmp(limit, "avx2")) return;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl"))
        return;
    in_use = "avx512";
    use_avx512_kernels();
    if (!__builtin_cpu_supports("avx512bf16")) return;
    has_bfloat16 = 1;
    use_bfloat16_kernels();
#if defined(__linux__)
    if ((!limit || strcmp(limit, "avx512")) && use_amx_kernels()) in_use = "amx";
#endif
#endif
}
