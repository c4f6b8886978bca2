#include "CColor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

struct ProfileTransform {
    cmsContext context;
    cmsHTRANSFORM transform;
    int isSRGB;
};

/// Whether all of a grid of colors stay what they are, to the level.
static int keeps_colors(cmsHTRANSFORM transform, int depth) {
    enum { steps = 18 };
    uint8_t eight[steps * 3], out[steps * 3];
    uint16_t sixteen[steps * 3];
    for (int r = 0; r < steps; r++) {
        for (int g = 0; g < steps; g++) {
            for (int b = 0; b < steps; b++) {
                const int color[3] = {r * 15, g * 15, b * 15};
                for (int c = 0; c < 3; c++) {
                    eight[3 * b + c] = (uint8_t)color[c];
                    sixteen[3 * b + c] = (uint16_t)(color[c] * 257);
                }
            }
            cmsDoTransform(transform, depth == 8 ? (const void *)eight : sixteen, out, steps);
            for (int i = 0; i < steps * 3; i++)
                if (abs(out[i] - eight[i]) > 1) return 0;
        }
    }
    return 1;
}

struct ProfileTransform *color_open_profile(const uint8_t *profile, size_t size, int channels, int depth, const char **problem) {
    *problem = "is damaged";
    if (size > UINT32_MAX) return NULL;
    struct ProfileTransform *made = calloc(1, sizeof *made);
    cmsContext context = made ? cmsCreateContext(NULL, NULL) : NULL;
    if (!context) {
        free(made);
        return NULL;
    }
    made->context = context;
    cmsHPROFILE from = cmsOpenProfileFromMemTHR(context, profile, (cmsUInt32Number)size);
    cmsHPROFILE to = cmsCreate_sRGBProfileTHR(context);
    if (from && to) {
        const cmsColorSpaceSignature space = cmsGetColorSpace(from);
        const cmsColorSpaceSignature wanted = channels == 1 ? cmsSigGrayData : channels == 3 ? cmsSigRgbData : cmsSigCmykData;
        const cmsUInt32Number bytes = depth == 8 ? 1 : 2;
        const cmsUInt32Number pixel = channels == 1 ? PT_GRAY : channels == 3 ? PT_RGB : PT_CMYK;
        if (space != wanted) {
            *problem = "is one for other colors than the picture's";
        } else {
            made->transform = cmsCreateTransformTHR(
                context, from, COLORSPACE_SH(pixel) | CHANNELS_SH((cmsUInt32Number)channels) | BYTES_SH(bytes), to, TYPE_RGB_8,
                INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
        }
    }
    if (from) cmsCloseProfile(from);
    if (to) cmsCloseProfile(to);
    if (!made->transform) {
        cmsDeleteContext(context);
        free(made);
        return NULL;
    }
    made->isSRGB = channels == 3 && keeps_colors(made->transform, depth);
    return made;
}

int color_is_srgb(const struct ProfileTransform *transform) { return transform->isSRGB; }

void color_convert(const struct ProfileTransform *transform, const void *source, uint8_t *target, size_t count) {
    cmsDoTransform(transform->transform, source, target, (cmsUInt32Number)count);
}

void color_close_profile(struct ProfileTransform *transform) {
    if (!transform) return;
    cmsDeleteTransform(transform->transform);
    cmsDeleteContext(transform->context);
    free(transform);
}

struct CodedTransform {
    /// Linear light of each 16-bit code; 1 is the white of sRGB.
    float linear[65536];
    float matrix[9];
    float luminance[3];
    /// The system gamma, and what is multiplied after it; 1 where there is none.
    float gamma, scale;
    /// The 8-bit sRGB code of linear light from 0 to 1 in 65535 steps.
    uint8_t encoded[65536];
};

static const double referenceWhite = 203;

static double linear_light(enum CodedTransfer transfer, double code) {
    switch (transfer) {
    case CodedTransferStandard: return code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4);
    case CodedTransferLinear: return code;
    case CodedTransferCamera: return code < 0.081 ? code / 4.5 : pow((code + 0.099) / 1.099, 1 / 0.45);
    case CodedTransferCinema: return pow(code, 2.6) * 52.37 / 48;
    case CodedTransferPQ: {
        const double m1 = 2610.0 / 16384, m2 = 2523.0 / 32, c1 = 3424.0 / 4096, c2 = 2413.0 / 128, c3 = 2392.0 / 128;
        const double root = pow(code, 1 / m2), above = root > c1 ? root - c1 : 0;
        return 10000 / referenceWhite * pow(above / (c2 - c3 * root), 1 / m1);
    }
    case CodedTransferHLG: {
        // Light of the scene, from 0 to 1; the display's comes by the system gamma.
        const double a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a);
        return code <= 0.5 ? code * code / 3 : (exp((code - c) / a) + b) / 12;
    }
    }
    return code;
}

struct CodedTransform *color_make_coded(enum CodedTransfer transfer, const double matrix[9], const double luminance[3]) {
    struct CodedTransform *made = malloc(sizeof *made);
    if (!made) return NULL;
    for (int i = 0; i < 65536; i++) {
        made->linear[i] = (float)linear_light(transfer, i / 65535.0);
        const double light = i / 65535.0;
        const double code = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055;
        made->encoded[i] = (uint8_t)(code * 255 + 0.5);
    }
    for (int i = 0; i < 9; i++) made->matrix[i] = (float)matrix[i];
    for (int i = 0; i < 3; i++) made->luminance[i] = (float)luminance[i];
    made->gamma = transfer == CodedTransferHLG ? 1.2f : 1;
    made->scale = transfer == CodedTransferHLG ? (float)(1000 / referenceWhite) : 1;
    return made;
}

void color_convert_coded(const struct CodedTransform *transform, const uint16_t *source, uint8_t *target, size_t count) {
    const float *m = transform->matrix;
    for (size_t i = 0; i < count; i++, source += 3, target += 3) {
        float light[3];
        for (int c = 0; c < 3; c++) light[c] = transform->linear[source[c]];
        if (transform->gamma != 1) {
            const float luminance =
                transform->luminance[0] * light[0] + transform->luminance[1] * light[1] + transform->luminance[2] * light[2];
            const float factor = luminance > 0 ? powf(luminance, transform->gamma - 1) * transform->scale : 0;
            for (int c = 0; c < 3; c++) light[c] *= factor;
        }
        for (int c = 0; c < 3; c++) {
            const float value = m[3 * c] * light[0] + m[3 * c + 1] * light[1] + m[3 * c + 2] * light[2];
            target[c] = transform->encoded[value > 0 ? value < 1 ? (int)(value * 65535 + 0.5f) : 65535 : 0];
        }
    }
}
