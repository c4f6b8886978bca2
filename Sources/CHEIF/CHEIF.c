#include "CHEIF.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

static int fail(struct HEIFResult *result, int outcome, const char *words) {
    result->outcome = outcome;
    if (words) {
        snprintf(result->message, sizeof result->message, "%s", words);
        result->message[strcspn(result->message, "\r\n")] = 0;
    }
    return 0;
}

static int fail_with(struct HEIFResult *result, struct heif_error error) {
    int outcome = HEIFDamaged;
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature) outcome = HEIFNoDecoder;
    if (error.code == heif_error_Memory_allocation_error) outcome = HEIFNoMemory;
    return fail(result, outcome, error.message);
}

static void read_colors(const struct heif_image_handle *handle, struct HEIFResult *result) {
    struct heif_color_profile_nclx *code = NULL;
    if (heif_image_handle_get_nclx_color_profile(handle, &code).code == heif_error_Ok && code) {
        result->hasCode = 1;
        result->primaries = code->color_primaries;
        result->transfer = code->transfer_characteristics;
    }
    if (code) heif_nclx_color_profile_free(code);
    const size_t size = heif_image_handle_get_raw_color_profile_size(handle);
    if (size == 0 || size > 16u << 20) return;
    uint8_t *profile = malloc(size);
    if (!profile || heif_image_handle_get_raw_color_profile(handle, profile).code != heif_error_Ok) {
        free(profile);
        return;
    }
    result->profile = profile;
    result->profileSize = size;
}

/// Spreads a value of some bits over 16.
static uint16_t spread(unsigned value, unsigned largest) { return (uint16_t)((value * 65535u + largest / 2) / largest); }

static int take_pixels(const struct heif_image *image, struct HEIFResult *result, int hasAlpha, int deep, int premultiplied) {
    int stride = 0;
    const uint8_t *plane = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    const int width = heif_image_get_width(image, heif_channel_interleaved), height = heif_image_get_height(image, heif_channel_interleaved);
    const int bits = heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved);
    if (!plane || width < 1 || height < 1 || bits < 1 || bits > 16) return fail(result, HEIFDamaged, "no pixels");
    result->width = width;
    result->height = height;
    const size_t count = (size_t)width * (size_t)height;
    result->pixels = malloc(count * 6);
    result->alpha = hasAlpha ? malloc(count * 2) : NULL;
    if (!result->pixels || (hasAlpha && !result->alpha)) return fail(result, HEIFNoMemory, NULL);
    const int channels = hasAlpha ? 4 : 3;
    const unsigned largest = deep ? (1u << bits) - 1 : 255;
    for (int y = 0; y < height; y++) {
        const uint8_t *row = plane + (size_t)y * (size_t)stride;
        for (int x = 0; x < width; x++) {
            unsigned values[4];
            for (int c = 0; c < channels; c++) {
                const size_t at = (size_t)x * (size_t)channels + (size_t)c;
                values[c] = deep ? row[2 * at] | (unsigned)row[2 * at + 1] << 8 : row[at];
                if (values[c] > largest) values[c] = largest;
            }
            const size_t pixel = (size_t)y * (size_t)width + (size_t)x;
            for (int c = 0; c < 3; c++) {
                unsigned value = values[c];
                if (hasAlpha && premultiplied && values[3]) {
                    value = (value * largest + values[3] / 2) / values[3];
                    if (value > largest) value = largest;
                }
                result->pixels[3 * pixel + (size_t)c] = spread(value, largest);
            }
            if (hasAlpha) result->alpha[pixel] = spread(values[3], largest);
        }
    }
    return 1;
}

/// Notes the last of libheif's warnings about a picture that is damaged. libheif writes all warnings from a number on, however few are asked
/// for, and their words share one buffer, which holds the last one's: so the last one alone is asked for.
static void take_warning(struct heif_image *image, struct HEIFResult *result) {
    const int count = heif_image_get_decoding_warnings(image, 0, NULL, 0);
    struct heif_error warning = {heif_error_Ok, heif_suberror_Unspecified, NULL};
    if (count > 0 && heif_image_get_decoding_warnings(image, count - 1, &warning, 1) == 1 && warning.message)
        snprintf(result->message, sizeof result->message, "%s", warning.message);
}

static int read_handle(const struct heif_image_handle *handle, struct HEIFResult *result, int64_t pixelLimit, int smallestSide) {
    result->width = heif_image_handle_get_width(handle);
    result->height = heif_image_handle_get_height(handle);
    if ((int64_t)result->width * result->height > pixelLimit) return fail(result, HEIFTooLarge, NULL);
    if (result->width < smallestSide || result->height < smallestSide) return fail(result, HEIFTooSmall, NULL);
    read_colors(handle, result);
    const int hasAlpha = heif_image_handle_has_alpha_channel(handle);
    const int premultiplied = heif_image_handle_is_premultiplied_alpha(handle);
    const int deep = heif_image_handle_get_luma_bits_per_pixel(handle) > 8;
    const enum heif_chroma chroma = deep ? (hasAlpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
                                         : (hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB);
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    struct heif_image *image = NULL;
    const struct heif_error error = heif_decode_image(handle, &image, heif_colorspace_RGB, chroma, options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok || !image) return fail_with(result, error);
    int fine = take_pixels(image, result, hasAlpha, deep, premultiplied);
    if (fine) take_warning(image, result);
    heif_image_release(image);
    return fine;
}

struct HEIFResult heif_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide) {
    struct HEIFResult result;
    memset(&result, 0, sizeof result);
    struct heif_context *context = heif_context_alloc();
    struct heif_image_handle *handle = NULL;
    if (!context) {
        fail(&result, HEIFNoMemory, NULL);
        return result;
    }
    heif_context_set_max_decoding_threads(context, 2);
    struct heif_error error = heif_context_read_from_memory_without_copy(context, bytes, size, NULL);
    if (error.code == heif_error_Ok) error = heif_context_get_primary_image_handle(context, &handle);
    int fine = 0;
    if (error.code != heif_error_Ok || !handle) {
        fail_with(&result, error);
    } else {
        fine = read_handle(handle, &result, pixelLimit, smallestSide);
    }
    if (handle) heif_image_handle_release(handle);
    heif_context_free(context);
    if (!fine) {
        free(result.pixels);
        free(result.alpha);
        free(result.profile);
        result.pixels = result.alpha = NULL;
        result.profile = NULL;
    }
    return result;
}
