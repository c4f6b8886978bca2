#pragma once

#include <stddef.h>
#include <stdint.h>

// TIFF pictures through libtiff, whose errors come by callbacks with variable arguments: all of that stays here.

/// Why a TIFF picture was not read.
enum TIFFOutcome {
    TIFFFine = 0,
    /// The data end early or are damaged.
    TIFFDamaged = 1,
    /// More pixels than the caller's limit; `width` and `height` say how many.
    TIFFTooLarge = 2,
    /// Fewer pixels on a side than the caller's limit; `width` and `height` say how many.
    TIFFTooSmall = 3,
    TIFFNoMemory = 4,
    /// A kind that is not read here; `message` says which.
    TIFFUnknownKind = 5,
};

struct TIFFResult {
    int outcome;
    int width;
    int height;
    /// 1 (grey), 3 (RGB) or 4 (CMYK, where 255 is full ink).
    int channels;
    /// `width * height * channels` bytes, top row first as stored, to be given to `free`; NULL unless the outcome is TIFFFine.
    uint8_t *pixels;
    /// `width * height` bytes, 255 is opaque, to be given to `free`; NULL where there is no transparency.
    uint8_t *alpha;
    /// The color profile, to be given to `free`; NULL where there is none.
    uint8_t *profile;
    size_t profileSize;
    /// How the pixels are to be turned, as Exif numbers it; 1 where nothing is stated.
    int orientation;
    /// libtiff's own words about a failure.
    char message[200];
};

/// Decodes the first picture of a TIFF or BigTIFF file in memory: strips and tiles, whatever compression libtiff has, 1 to 64 bits a
/// sample, whole and floating-point numbers (0 to 1), grey, palette, RGB, YCbCr, CIE L*a*b* and CMYK.
struct TIFFResult tiff_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide);

/// Encodes 8-bit RGB as a TIFF file (deflate), in memory that is to be given to `free`.
/// @param packet an XMP packet; NULL for none
/// @return NULL where it cannot be encoded: no memory, or no deflate in this libtiff
uint8_t *tiff_write_picture(const uint8_t *pixels, int width, int height, const char *packet, size_t *size);
