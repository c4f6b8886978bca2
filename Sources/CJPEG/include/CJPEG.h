#pragma once

#include <stddef.h>
#include <stdint.h>

// JPEG pictures through libjpeg, whose errors leave by longjmp and whose settings are macros: all of that stays here.

/// Why a JPEG picture was not read or written.
enum JPEGOutcome {
    JPEGFine = 0,
    /// The data end early or are damaged.
    JPEGDamaged = 1,
    /// More pixels than the caller's limit; `width` and `height` say how many.
    JPEGTooLarge = 2,
    /// Fewer pixels on a side than the caller's limit; `width` and `height` say how many.
    JPEGTooSmall = 3,
    JPEGNoMemory = 4,
};

struct JPEGResult {
    int outcome;
    int width;
    int height;
    /// 3 (RGB) or 4 (CMYK, where 255 is full ink).
    int channels;
    /// `width * height * channels` bytes, top row first, to be given to `free`; NULL unless the outcome is JPEGFine.
    uint8_t *pixels;
    /// Whether all pixels are there, but not the marker that ends the file.
    int endIsMissing;
    /// The payload of the Exif marker (from the TIFF header on), inside the caller's bytes; NULL when there is none.
    const uint8_t *exif;
    size_t exifSize;
    /// libjpeg's own words about a failure.
    char message[200];
};

/// Decodes a whole JPEG file in memory: grey, YCbCr and RGB to RGB; CMYK and YCCK (as Adobe writes it, inverted, or not) to CMYK.
struct JPEGResult jpeg_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide);

/// Encodes RGB pixels, 4:4:4. On success `*encoded` holds the file, to be given to `free`.
/// @param comment the text of a COM marker, or NULL
/// @return an outcome
int jpeg_write_picture(
    const uint8_t *pixels, int width, int height, int quality, const char *comment, uint8_t **encoded, size_t *size);
