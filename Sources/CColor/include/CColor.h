#pragma once

#include <stddef.h>
#include <stdint.h>

// Colors brought to sRGB: those that a color profile describes through LittleCMS, those that a video's code numbers name by loops here.

/// From the colors of one profile to sRGB.
struct ProfileTransform;

/// @param channels 1 (grey), 3 (RGB) or 4 (CMYK, where the largest number is full ink)
/// @param depth 8 or 16 bits a sample
/// @param problem is told in a few words why there is none
/// @return NULL where the profile is broken, or one for other colors
struct ProfileTransform *color_open_profile(const uint8_t *profile, size_t size, int channels, int depth, const char **problem);
/// Whether the profile's colors are sRGB already, to the level: pixels may then stay as they are.
int color_is_srgb(const struct ProfileTransform *transform);
/// Turns `count` pixels into 8-bit sRGB. Source and target may be the same when both have 3 channels of 8 bits.
void color_convert(const struct ProfileTransform *transform, const void *source, uint8_t *target, size_t count);
void color_close_profile(struct ProfileTransform *transform);

/// From coded colors to linear light and back to sRGB, by tables.
struct CodedTransform;

/// How numbers of a video's or picture's code stand for light.
enum CodedTransfer {
    /// As sRGB has it.
    CodedTransferStandard = 0,
    CodedTransferLinear = 1,
    /// SMPTE ST 428-1: power 2.6.
    CodedTransferCinema = 2,
    /// Perceptual quantizer, SMPTE ST 2084; the white of sRGB is 203 cd/m2 (ITU-R BT.2408).
    CodedTransferPQ = 3,
    /// Hybrid log-gamma, ARIB STD-B67, on a display of 1000 cd/m2; the white of sRGB is 203 cd/m2.
    CodedTransferHLG = 4,
    /// The camera's curve of standard videos, ITU-R BT.709 and BT.2020.
    CodedTransferCamera = 5,
};

/// @param matrix from the code's primaries to those of sRGB, row by row
/// @param luminance of the code's red, green and blue
/// @return NULL where memory is missing
struct CodedTransform *color_make_coded(enum CodedTransfer transfer, const double matrix[9], const double luminance[3]);
/// Turns `count` pixels of 16-bit RGB into 8-bit sRGB; what is brighter than white becomes white.
void color_convert_coded(const struct CodedTransform *transform, const uint16_t *source, uint8_t *target, size_t count);
